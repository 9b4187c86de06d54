package io.hushbus.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hushbus.model.Failure;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Which field is to blame when the value is not where its type wants it. */
class ValueFieldsTest {

  private static final Operation.BodyType CREATE =
      requireNonNull(
          Contract.load().operations().stream()
              .filter(operation -> operation.id().equals("createSecret"))
              .findFirst()
              .orElseThrow()
              .bodies()
              .get("application/json"));

  private static String[] faults(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    Failure.Invalid refused =
        catchThrowableOfType(
            Failure.Invalid.class,
            () ->
                ValueFields.content(
                    BodyReader.read(bytes, CREATE.shape(), BodyReader.Caps.KNOWN, new byte[32])));
    return refused.fields().stream()
        .map(field -> field.pointer() + " " + field.code().word())
        .toArray(String[]::new);
  }

  private static String pointer(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return ValueFields.content(
            BodyReader.read(bytes, CREATE.shape(), BodyReader.Caps.KNOWN, new byte[32]))
        .pointer();
  }

  @Test
  void a_value_that_is_missing_is_missed_where_the_type_has_it() {
    assertThat(faults("{\"type\":\"text\"}")).containsExactly("/value value_required");
    assertThat(faults("{\"type\":\"json\"}")).containsExactly("/value value_required");
    assertThat(faults("{\"type\":\"key_value\"}")).containsExactly("/data value_required");
    assertThat(faults("{\"type\":\"file\"}")).containsExactly("/content_base64 value_required");
    assertThat(faults("{}")).containsExactly(" value_required");
    assertThat(faults("{\"type\":\"text\",\"data\":{}}")).containsExactly("/data value_required");
  }

  @Test
  void fields_that_are_too_many_are_all_named() {
    assertThat(
            faults(
                "{\"value\":1,\"data\":{\"a\":\"b\"},\"content_base64\":\"\",\"file_name\":\"x\"}"))
        .containsExactly("/data not_allowed", "/content_base64 not_allowed");
    assertThat(faults("{\"value\":1,\"file_name\":\"x\"}"))
        .containsExactly("/file_name not_allowed");
    assertThat(faults("{\"content_base64\":\"AA==\"}")).containsExactly("/file_name missing_field");
    assertThat(faults("{\"data\":{\"a\":\"b\"},\"data_base64\":{\"a\":\"AA==\"}}"))
        .containsExactly("/data_base64/a duplicate_key");
  }

  @Test
  void content_remembers_the_field_that_brought_it() {
    assertThat(pointer("{\"value\":\"v\"}")).isEqualTo("/value");
    assertThat(pointer("{\"data_base64\":{\"a\":\"AA==\"}}")).isEqualTo("/data_base64");
    assertThat(pointer("{\"data\":{\"a\":\"b\"},\"data_base64\":{\"c\":\"AA==\"}}"))
        .isEqualTo("/data");
    assertThat(pointer("{\"content_base64\":\"AA==\",\"file_name\":\"x\"}"))
        .isEqualTo("/content_base64");
  }
}
