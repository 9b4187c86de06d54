package io.hushbus.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.SecretValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What goes over the wire: requests written, answers read, streams cut into events. */
final class WireTest {

  @Test
  void a_body_has_its_fields_in_order() {
    Body body =
        Body.object()
            .field("name", "a\"b\\c\n")
            .field("number", 7)
            .field("truth", true)
            .none("gone")
            .texts("texts", List.of("a", "b"))
            .object("inner", inner -> inner.field("x", 1).object("empty", empty -> {}))
            .array("items", List.of(1, 2), (item, n) -> item.field("n", n))
            .field("last", "z");
    assertThat(text(body))
        .isEqualTo(
            """
            {"name":"a\\"b\\\\c\\u000a","number":7,"truth":true,"gone":null,"texts":["a","b"],\
            "inner":{"x":1,"empty":{}},"items":[{"n":1},{"n":2}],"last":"z"}\
            """);
  }

  @Test
  void a_body_of_a_tree_is_the_tree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("a", List.of(1L, "x", Map.of("b", true)));
    tree.put("c", Map.of());
    assertThat(text(Body.of(tree))).isEqualTo("{\"a\":[1,\"x\",{\"b\":true}],\"c\":{}}");
  }

  @Test
  void values_are_text_base64_or_json() {
    try (SecretValue value = SecretValue.ofText("pä\"ss");
        SecretValue json = SecretValue.ofText("{\"a\": [1]}")) {
      Body body = Body.object().secret("v", value).secretBase64("b", value).secretJson("j", json);
      assertThat(text(body))
          .isEqualTo("{\"v\":\"pä\\\"ss\",\"b\":\"cMOkInNz\",\"j\":{\"a\": [1]}}");
    }
  }

  @Test
  void a_value_cannot_break_out_of_its_field() {
    for (String bad : List.of("1, \"x\": 2", "{\"a\": 1", "", "1 2", "{\"a\":1,\"a\":2}")) {
      try (SecretValue value = SecretValue.ofText(bad)) {
        assertThatThrownBy(() -> Body.object().secretJson("v", value))
            .as(bad)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("the value is no JSON");
      }
    }
  }

  @Test
  void entries_that_are_no_text_go_in_base64() {
    Map<String, SecretValue> entries = new LinkedHashMap<>();
    entries.put("a", SecretValue.ofText("x"));
    entries.put("b", SecretValue.copyOf(new byte[] {(byte) 0xFF}));
    assertThat(text(Body.object().secrets(entries)))
        .isEqualTo("{\"data\":{\"a\":\"x\"},\"data_base64\":{\"b\":\"/w==\"}}");
  }

  @Test
  void values_of_an_answer_are_cut_out_and_its_bytes_overwritten() {
    byte[] answer =
        """
        {"leases":[{"id":"1","data":{"p":"a\\u00e4\\n","q":""},"data_base64":{"r":"/w=="}},\
        {"id":"2","data":{"value":"two"}}],"token":"hsr_x","env":[{"key":"p"}]}\
        """
            .getBytes(UTF_8);
    try (SecretJson read = SecretJson.read(answer, Set.of("token")).orElseThrow()) {
      assertThat(answer).containsOnly(0);
      assertThat(read.rest().objects("leases").getFirst().fields()).containsOnlyKeys("id");
      assertThat(read.rest().has("token")).isFalse();
      assertThat(read.rest().objects("env").getFirst().text("key")).isEqualTo("p");
      Map<String, SecretValue> first = read.takeAll("/leases/0/data");
      assertThat(first).containsOnlyKeys("p", "q", "r");
      assertThat(first.values().stream().map(WireTest::shown).findFirst()).hasValue("aä\n");
      assertThat(first)
          .hasEntrySatisfying(
              "r", raw -> assertThat(raw.<Byte>reveal(bytes -> bytes[0])).isEqualTo((byte) 0xFF));
      assertThat(shown(read.take("/token").orElseThrow())).isEqualTo("hsr_x");
      assertThat(read.take("/token")).isEmpty();
      assertThat(shown(read.take("/leases/1/data/value").orElseThrow())).isEqualTo("two");
    }
  }

  @Test
  void what_is_no_object_is_not_read() {
    for (String bad :
        List.of("", "[]", "{", "{\"data\":{\"a\":1}}", "{\"data\":{\"a\":\"\\q\"}}")) {
      assertThat(SecretJson.read(bad.getBytes(UTF_8), Set.of())).as(bad).isEmpty();
    }
    assertThat(Json.parse("[1]".getBytes(UTF_8))).isEmpty();
  }

  @Test
  void numbers_of_any_size_are_read() {
    Json json = Json.parse("{\"a\":123456789012345678901,\"b\":1.5}".getBytes(UTF_8)).orElseThrow();
    assertThat(String.valueOf(json.fields().get("a"))).isEqualTo("123456789012345678901");
    assertThat(json.optionalNumber("a")).isEmpty();
  }

  @Property(tries = 100)
  void events_are_the_same_however_their_bytes_are_cut(@ForAll @IntRange(min = 1, max = 40) int cut)
      throws TooLong {
    byte[] stream =
        """
        : hello

        id: 1
        event: a
        data: {"x":
        data: 1}

        id: 2\r
        data:two\r
        \r
        data: cut off\
        """
            .getBytes(UTF_8);
    List<StreamEvent> events = new ArrayList<>();
    var parser = new ServerSentEvents(100, events::add);
    for (int at = 0; at < stream.length; at += cut) {
      parser.read(ByteBuffer.wrap(stream, at, Math.min(cut, stream.length - at)));
    }
    assertThat(events)
        .containsExactly(new StreamEvent("1", "a", "{\"x\":\n1}"), new StreamEvent("2", "", "two"));
  }

  @Test
  void an_event_without_end_is_given_up() {
    var parser = new ServerSentEvents(10, event -> {});
    assertThatThrownBy(() -> parser.read(ByteBuffer.wrap(new byte[11])))
        .isInstanceOf(TooLong.class);
  }

  @Test
  void names_are_encoded() {
    assertThat(Request.segment("a b/c+~*")).isEqualTo("a%20b%2Fc%2B~%2A");
  }

  private static String text(Body body) {
    return new String(body.take(), UTF_8);
  }

  private static String shown(SecretValue value) {
    return value.reveal(bytes -> new String(bytes, UTF_8));
  }
}
