package io.hushbus.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is made of the findings of the validator, and what it does not give by itself. */
class SchemaTest {

  private static final JsonObject NAMED =
      object("name", new JsonObject().put("type", "string").put("pattern", "^[a-z]{3,9}$"))
          .put("required", new JsonArray().add("name"))
          .put("additionalProperties", false);

  private static JsonObject object(String field, JsonObject schema) {
    return new JsonObject()
        .put("type", "object")
        .put("properties", new JsonObject().put(field, schema));
  }

  private static List<String> faults(JsonObject schema, JsonObject tree) {
    return Schema.of(schema).faults(tree).stream()
        .map(field -> field.pointer() + " " + field.code().word())
        .toList();
  }

  private static OutputUnit library(JsonObject schema, JsonObject tree) {
    return Validator.create(
            JsonSchema.of(schema.copy()),
            new JsonSchemaOptions()
                .setDraft(Draft.DRAFT202012)
                .setOutputFormat(OutputFormat.Basic)
                .setBaseUri("https://hushbus.io/"))
        .validate(tree);
  }

  @Test
  void a_missing_field_is_named_which_the_validator_does_in_its_sentence_alone() {
    assertThat(faults(NAMED, new JsonObject())).containsExactly("/name missing_field");
    assertThat(library(NAMED, new JsonObject()).getErrors().getFirst().getInstanceLocation())
        .isEqualTo("#");
  }

  @Test
  void a_missing_field_is_named_within_lists() {
    JsonObject list =
        object("all", new JsonObject().put("type", "array").put("items", NAMED.copy()));
    JsonObject tree =
        new JsonObject()
            .put(
                "all",
                new JsonArray().add(new JsonObject().put("name", "abc")).add(new JsonObject()));
    assertThat(faults(list, tree)).containsExactly("/all/1/name missing_field");
  }

  @Test
  void a_known_field_that_is_faulty_is_not_called_unknown() {
    JsonObject tree = new JsonObject().put("name", 5);
    assertThat(faults(NAMED, tree)).containsExactly("/name wrong_type");
    assertThat(library(NAMED, tree).getErrors())
        .anyMatch(unit -> unit.getKeywordLocation().endsWith("/additionalProperties"));
  }

  @Test
  void a_line_end_does_not_pass_at_the_end_of_a_pattern() {
    JsonObject tree = new JsonObject().put("name", "abc\n");
    assertThat(faults(NAMED, tree)).containsExactly("/name bad_format");
    assertThat(library(NAMED, tree).getValid()).isTrue();
  }

  @Test
  void a_time_must_be_one_that_java_reads() {
    JsonObject time =
        object("at", new JsonObject().put("type", "string").put("format", "date-time"));
    for (String text :
        List.of("2024-02-30T00:00:00Z", "2024-02-03T00:00Z", "2016-12-31T23:59:60Z")) {
      assertThat(faults(time, new JsonObject().put("at", text))).containsExactly("/at bad_format");
    }
    assertThat(faults(time, new JsonObject().put("at", "2024-02-29T00:00:00.5+01:00"))).isEmpty();
  }

  @Test
  void one_fault_is_told_of_a_place_and_the_schema_may_name_it() {
    JsonObject name =
        object(
            "name",
            new JsonObject()
                .put("type", "string")
                .put("minLength", 3)
                .put("pattern", "^[a-z]{3,9}$")
                .put("x-hushbus-code", "bad_secret_name"));
    assertThat(faults(name, new JsonObject().put("name", "A"))).containsExactly("/name too_short");
    assertThat(faults(name, new JsonObject().put("name", "ABC")))
        .containsExactly("/name bad_secret_name");
  }

  @Test
  void a_name_that_is_not_a_word_is_not_repeated() {
    JsonObject tree = new JsonObject().put("name", "abc").putNull("hush hush").putNull("other");
    assertThat(faults(NAMED, tree))
        .containsExactlyInAnyOrder(" unknown_field", "/other unknown_field");
  }

  @Test
  void a_field_may_be_named_like_a_keyword() {
    JsonObject inner = object("required", new JsonObject().put("type", "string"));
    JsonObject schema = object("properties", inner);
    JsonObject tree = new JsonObject().put("properties", new JsonObject().put("required", 1));
    assertThat(faults(schema, tree)).containsExactly("/properties/required wrong_type");
  }

  @Test
  void what_could_not_be_told_of_does_not_start() {
    assertThatThrownBy(() -> Schema.of(NAMED.copy().put("additionalProperties", new JsonObject())))
        .hasMessageContaining("mixes");
    assertThatThrownBy(() -> Schema.of(new JsonObject().put("format", "email")))
        .hasMessageContaining("email");
  }
}
