package io.hushbus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A value shows itself through one door only, and is gone when closed. */
final class SecretValueTest {

  private static final String TEXT = "correct horse";

  @Test
  void it_never_shows_itself_as_text() {
    SecretValue value = SecretValue.ofText(TEXT);
    Payload payload = Payload.ofOne(EntryName.VALUE, value);
    assertThat(value).hasToString("SecretValue[hidden]");
    assertThat(payload).hasToString("Payload[hidden]");
    assertThat(String.valueOf(Map.of("v", value))).doesNotContain(TEXT);
  }

  @Test
  void the_one_door_is_reveal() {
    assertThat(
            Stream.of(SecretValue.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .map(Method::getName))
        .containsExactlyInAnyOrder("reveal", "size", "matches", "close", "toString");
    assertThat(SecretValue.class.getFields()).isEmpty();
  }

  @Test
  void it_cannot_be_serialised() {
    assertThatThrownBy(
            () ->
                new ObjectOutputStream(new ByteArrayOutputStream())
                    .writeObject(SecretValue.ofText(TEXT)))
        .isInstanceOf(NotSerializableException.class);
  }

  @Test
  void closing_wipes_the_bytes_it_owns() {
    byte[] bytes = TEXT.getBytes(StandardCharsets.UTF_8);
    SecretValue.owning(bytes).close();
    assertThat(bytes).containsOnly(0);
  }

  @Test
  void a_copy_leaves_the_bytes_of_the_caller_alone() {
    byte[] bytes = TEXT.getBytes(StandardCharsets.UTF_8);
    SecretValue.copyOf(bytes).close();
    assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(TEXT);
  }

  @Test
  void after_closing_there_is_nothing_to_reveal() {
    SecretValue value = SecretValue.ofText(TEXT);
    value.close();
    assertThatThrownBy(() -> value.reveal(bytes -> bytes.length))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageNotContaining(TEXT);
  }

  @Test
  void equality_is_identity_and_matching_is_asked_for() {
    SecretValue one = SecretValue.ofText(TEXT);
    SecretValue same = SecretValue.ofText(TEXT);
    assertThat(one).isNotEqualTo(same);
    assertThat(one.matches(same)).isTrue();
    assertThat(one.matches(SecretValue.ofText("correct hors"))).isFalse();
  }

  @Test
  void closing_a_payload_wipes_every_entry() {
    byte[] one = {1};
    byte[] other = {2};
    new Payload(
            Map.of(
                new EntryName("one"), SecretValue.owning(one),
                new EntryName("other"), SecretValue.owning(other)))
        .close();
    assertThat(one).containsOnly(0);
    assertThat(other).containsOnly(0);
  }
}
