package io.hushbus.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hushbus.model.Failure;
import io.hushbus.model.Failure.Code;
import io.hushbus.model.SecretValue;
import io.hushbus.model.Utf8;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BodyReaderTest {

  private static final String CANARY = "hushbus-canary-4711";
  private static final Operation.BodyType CREATE = body("createSecret", "application/json");
  private static final Operation.BodyType PATCH =
      body("patchSecret", "application/merge-patch+json");

  private static Operation.BodyType body(String id, String type) {
    return requireNonNull(
        Contract.load().operations().stream()
            .filter(operation -> operation.id().equals(id))
            .findFirst()
            .orElseThrow()
            .bodies()
            .get(type));
  }

  private static Body read(Operation.BodyType type, byte[] bytes) {
    return BodyReader.read(bytes, type.shape(), BodyReader.Caps.KNOWN, new byte[32]);
  }

  private static Body read(String json) {
    return read(CREATE, json.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> faults(String json) {
    try (Body body = read(json)) {
      return Pointers.joined(body.faults(), CREATE.schema().faults(body.tree())).stream()
          .map(f -> f.pointer() + " " + f.code().word())
          .toList();
    } catch (Failure.Invalid e) {
      return e.fields().stream().map(f -> f.pointer() + " " + f.code().word()).toList();
    }
  }

  private static Code refused(byte[] bytes) {
    try (Body body = read(CREATE, bytes)) {
      return body.faults().getFirst().code();
    } catch (Failure.Invalid refused) {
      return refused.fields().getFirst().code();
    }
  }

  private static Code refused(String json) {
    return refused(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(SecretValue value) {
    return value.reveal(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  @Test
  void a_value_is_beside_the_tree_and_not_in_it() {
    Body body = read("{\"name\":\"abc\",\"type\":\"text\",\"value\":\"" + CANARY + "\"}");
    assertThat(body.json().encode()).doesNotContain(CANARY).contains("\"name\":\"abc\"");
    assertThat(text(body.value("value").orElseThrow().bytes())).isEqualTo(CANARY);
    assertThat(body.toString()).isEqualTo("Body[hidden]");
  }

  @Test
  void escapes_become_bytes() {
    Body body = read("{\"value\":\"a\\n\\\"\\\\\\/\\u00e9\\ud83d\\ude00\\u0000\u20ac\"}");
    assertThat(text(body.value("value").orElseThrow().bytes()))
        .isEqualTo("a\n\"\\/\u00e9\ud83d\ude00\u0000\u20ac");
  }

  @Test
  void a_json_value_is_kept_as_it_was_sent() {
    Body body = read("{\"value\": {\"a\" : [1, 2.50, \"x\\u0041\"] , \"b\":{}} , \"name\":\"n\"}");
    Body.Value value = body.value("value").orElseThrow();
    assertThat(text(value.json())).isEqualTo("{\"a\" : [1, 2.50, \"x\\u0041\"] , \"b\":{}}");
    assertThat(value.string()).isFalse();
    assertThat(body.json().getValue("value")).isEqualTo(new JsonObject());
  }

  @Test
  void scalars_are_json_values_too() {
    for (String scalar : List.of("12", "-0.5e3", "true", "false", "null", "\"s\"", "[]")) {
      Body body = read("{\"value\":" + scalar + "}");
      assertThat(text(body.value("value").orElseThrow().json())).isEqualTo(scalar);
    }
  }

  @Test
  void entries_come_by_key() {
    Body body = read("{\"data\":{\"b\":\"2\",\"a\":\"1\"},\"data_base64\":{\"c\":\"AP8=\"}}");
    assertThat(body.values("data").keySet()).containsExactly("b", "a");
    requireNonNull(body.values("data_base64").get("c"))
        .bytes()
        .reveal(bytes -> assertThat(bytes).containsExactly(0, 0xFF));
  }

  @Test
  void null_in_a_merge_patch_removes() {
    Body body = read(PATCH, "{\"data\":{\"a\":\"1\",\"b\":null}}".getBytes(StandardCharsets.UTF_8));
    assertThat(body.values("data").keySet()).containsExactly("a");
    assertThat(body.json().getJsonObject("data").containsKey("b")).isTrue();
    assertThat(PATCH.schema().faults(body.tree())).isEmpty();
  }

  @Test
  void closing_overwrites_every_value() {
    Body body = read("{\"data\":{\"a\":\"1\"}}");
    SecretValue value = requireNonNull(body.values("data").get("a")).bytes();
    body.close();
    assertThat(catchThrowableOfType(IllegalStateException.class, () -> value.reveal(b -> b)))
        .isNotNull();
  }

  @Test
  void what_is_not_strict_json_is_refused() {
    assertThat(refused("")).isEqualTo(Code.MALFORMED_JSON);
    assertThat(refused("{")).isEqualTo(Code.MALFORMED_JSON);
    assertThat(refused("{} {}")).isEqualTo(Code.MALFORMED_JSON);
    assertThat(refused("{}x")).isEqualTo(Code.MALFORMED_JSON);
    assertThat(refused("{'a':1}")).isEqualTo(Code.MALFORMED_JSON);
    assertThat(refused("{\"max_versions\":NaN}")).isEqualTo(Code.MALFORMED_JSON);
    assertThat(refused("{\"max_versions\":01}")).isEqualTo(Code.MALFORMED_JSON);
    assertThat(refused("{\"name\":\"a\",}")).isEqualTo(Code.MALFORMED_JSON);
    assertThat(refused("{\"value\":\"a\nb\"}")).isEqualTo(Code.MALFORMED_JSON);
    assertThat(refused("{\"value\":\"\\q\"}")).isEqualTo(Code.MALFORMED_JSON);
    assertThat(refused("{\"value\":\"\\u12\"}")).isEqualTo(Code.MALFORMED_JSON);
    assertThat(refused("{\"value\":\"open")).isEqualTo(Code.MALFORMED_JSON);
    assertThat(refused("{\"value\":tru}")).isEqualTo(Code.MALFORMED_JSON);
    assertThat(refused("{\"name\":\"a\",\"name\":\"b\"}")).isEqualTo(Code.DUPLICATE_KEY);
    assertThat(refused("{\"value\":{\"a\":1,\"a\":2}}")).isEqualTo(Code.DUPLICATE_KEY);
    assertThat(refused("[".repeat(100_000))).isEqualTo(Code.TOO_DEEP);
    assertThat(refused("{\"value\":" + "[".repeat(100_000))).isEqualTo(Code.TOO_DEEP);
    assertThat(refused("{\"" + "k".repeat(1000) + "\":1}")).isEqualTo(Code.TOO_LONG);
    assertThat(refused("{\"max_versions\":" + "9".repeat(50) + "}")).isEqualTo(Code.TOO_LONG);
    assertThat(refused("{\"max_versions\":1e999999999}")).isEqualTo(Code.OUT_OF_RANGE);
  }

  @Test
  void only_utf8_without_a_mark_is_read() {
    assertThat(refused("\ufeff{}")).isEqualTo(Code.BAD_UTF8);
    assertThat(refused("{}".getBytes(StandardCharsets.UTF_16))).isEqualTo(Code.BAD_UTF8);
    assertThat(refused("{}".getBytes(StandardCharsets.UTF_16LE))).isEqualTo(Code.BAD_UTF8);
    assertThat(refused(new byte[] {'{', '"', (byte) 0xC0, (byte) 0xAF, '"', ':', '1', '}'}))
        .isEqualTo(Code.BAD_UTF8);
    assertThat(refused("{\"value\":\"\\ud800\"}")).isEqualTo(Code.BAD_UTF8);
    assertThat(refused("{\"value\":\"\\ud800\\u0041\"}")).isEqualTo(Code.BAD_UTF8);
    assertThat(refused("{\"name\":\"\\udc00\"}")).isEqualTo(Code.BAD_UTF8);
    assertThat(refused("{\"name\":\"\\u0000\"}")).isEqualTo(Code.BAD_UTF8);
  }

  @Test
  void a_million_keys_are_too_many() {
    StringBuilder json = new StringBuilder("{\"data\":{\"k\":\"v\"");
    for (int i = 0; i < 50_000; i++) {
      json.append(",\"k").append(i).append("\":\"v\"");
    }
    assertThat(refused(json.append("}}").toString())).isEqualTo(Code.TOO_LONG);
  }

  @Test
  void bad_base64_is_named_by_pointer() {
    assertThat(faults("{\"content_base64\":\"a?==\"}")).contains("/content_base64 bad_base64");
    assertThat(faults("{\"data_base64\":{\"k\":\"abc\"}}")).contains("/data_base64/k bad_base64");
  }

  @Test
  void faults_of_reading_and_of_checking_are_told_together() {
    assertThat(
            faults(
                "{\"name\":\"\\udc00\",\"type\":\"bogus\",\"max_versions\":1e999999999,"
                    + "\"data_base64\":{\"k\":\"abc\",\"l\":\"?\"},\"data\":{\"no word\":\"v\"}}"))
        .containsExactlyInAnyOrder(
            "/name bad_utf8",
            "/type not_allowed",
            "/max_versions out_of_range",
            "/data_base64/k bad_base64",
            "/data_base64/l bad_base64",
            "/data bad_entry_name");
  }

  @Test
  void no_more_faults_are_told_than_one_can_read() {
    StringBuilder json = new StringBuilder("{\"name\":\"abc\",\"type\":\"text\"");
    for (int i = 0; i < 1000; i++) {
      json.append(",\"x").append(i).append("\":1");
    }
    assertThat(faults(json.append('}').toString())).hasSize(32);
  }

  @Test
  void a_key_that_is_there_twice_is_pointed_at_unless_it_may_be_part_of_a_value() {
    assertThat(faults("{\"labels\":{\"a\":\"1\",\"a\":\"2\"}}"))
        .containsExactly("/labels/a duplicate_key");
    assertThat(faults("{\"name\":\"a\",\"name\":\"b\"}")).containsExactly("/name duplicate_key");
    assertThat(faults("{\"value\":{\"a\":{\"b\":1,\"b\":2}}}"))
        .containsExactly("/value duplicate_key");
    assertThat(faults("{\"labels\":{\"a '\":\"1\",\"a '\":\"2\"}}"))
        .containsExactly("/labels duplicate_key");
  }

  @Test
  void a_fault_under_a_name_that_is_no_word_is_told_of_its_parent() {
    assertThat(faults("{\"labels\":{\"" + CANARY + " !\":\"\\udc00\"}}"))
        .contains("/labels bad_utf8")
        .noneMatch(fault -> fault.contains(CANARY));
  }

  @Test
  void every_fault_is_named_at_once() {
    assertThat(
            faults(
                "{\"name\":\"x\",\"type\":\"bogus\",\"nonsense\":1,\"labels\":{\"k\":3},"
                    + "\"data\":{\"a\":0},\"max_versions\":5000,\"cas_required\":\"yes\"}"))
        .containsExactlyInAnyOrder(
            "/name bad_secret_name",
            "/type not_allowed",
            "/nonsense unknown_field",
            "/labels/k wrong_type",
            "/data/a wrong_type",
            "/max_versions out_of_range",
            "/cas_required wrong_type");
    assertThat(faults("{}"))
        .containsExactlyInAnyOrder("/name missing_field", "/type missing_field");
    assertThat(faults("[]")).containsExactly(" wrong_type");
    assertThat(faults("null")).containsExactly(" wrong_type");
    assertThat(faults("{\"name\":\"abc\",\"type\":\"text\",\"value\":\"v\"}")).isEmpty();
  }

  @Test
  void a_name_that_is_no_word_is_not_repeated() {
    assertThat(faults("{\"name\":\"abc\",\"type\":\"text\",\"" + CANARY + " !\":1}"))
        .containsExactly(" unknown_field");
  }

  @Test
  void a_misspelt_or_mistyped_value_is_in_no_tree() {
    for (String part :
        List.of(
            "\"valeu\":\"%s\"",
            "\"data\":\"%s\"",
            "\"data\":[\"%s\"]",
            "\"data\":{\"a\":[\"%s\"]}",
            "\"name\":[\"%s\"]",
            "\"labels\":{\"a\":{\"b\":\"%s\"}}",
            "\"x\":{\"y\":[\"%s\"]}")) {
      Body body = read("{" + part.formatted(CANARY) + "}");
      assertThat(body.json().encode()).doesNotContain(CANARY);
    }
  }

  @Property(tries = 2000)
  void any_bytes_are_read_or_refused_and_nothing_else(@ForAll @Size(max = 200) byte[] bytes) {
    try {
      read(CREATE, bytes).close();
    } catch (Failure.Invalid expected) {
      assertThat(expected.fields()).isNotEmpty();
    }
  }

  @Property(tries = 1000)
  void any_mutation_of_a_good_body_is_read_or_refused(@ForAll int at, @ForAll byte with) {
    byte[] bytes =
        "{\"name\":\"abc\",\"value\":{\"a\":[1,\"\\u0041\"]},\"data\":{\"k\":\"v\\n\"}}"
            .getBytes(StandardCharsets.UTF_8);
    bytes[Math.floorMod(at, bytes.length)] = with;
    try {
      read(CREATE, bytes).close();
    } catch (Failure.Invalid expected) {
      assertThat(expected.fields()).isNotEmpty();
    }
  }

  @Property(tries = 500)
  void text_comes_back_as_it_went(@ForAll String text) {
    String whole = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    SecretValue value = SecretValue.copyOf(whole.getBytes(StandardCharsets.UTF_8));
    byte[] json = JsonWriter.write(w -> w.secret("value", value)).take();
    Body body = read(CREATE, json);
    assertThat(text(body.value("value").orElseThrow().bytes())).isEqualTo(whole);
    assertThat(new JsonObject(new String(json, StandardCharsets.UTF_8)).getString("value"))
        .isEqualTo(whole);
  }

  @Property(tries = 200)
  void bytes_come_back_as_they_went(@ForAll byte[] bytes) {
    byte[] json =
        JsonWriter.write(w -> w.secretBase64("content_base64", SecretValue.copyOf(bytes))).take();
    Body body = read(CREATE, json);
    body.value("content_base64")
        .orElseThrow()
        .bytes()
        .reveal(read -> assertThat(read).isEqualTo(bytes));
    assertThat(Base64.getEncoder().encodeToString(bytes)).isNotNull();
  }

  @Property(tries = 500)
  void utf8_is_judged_as_the_jdk_does(@ForAll @Size(max = 8) byte[] bytes) {
    boolean valid;
    try {
      StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(bytes));
      valid = true;
    } catch (java.nio.charset.CharacterCodingException e) {
      valid = false;
    }
    assertThat(Utf8.valid(bytes)).isEqualTo(valid);
  }
}
