package io.hushbus.http;

import io.hushbus.model.Failure.Code;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A part of a schema at hand, and what a fault of each of its keywords is called.
 *
 * @param location as the validator writes it, from {@code #}
 * @param naming whether it is about the names of fields, not about their contents
 */
record SchemaPart(JsonObject source, String location, boolean naming) {

  private static final Map<String, Code> WORDS =
      Map.ofEntries(
          Map.entry("type", Code.WRONG_TYPE),
          Map.entry("enum", Code.NOT_ALLOWED),
          Map.entry("pattern", Code.BAD_FORMAT),
          Map.entry("format", Code.BAD_FORMAT),
          Map.entry("minLength", Code.TOO_SHORT),
          Map.entry("maxLength", Code.TOO_LONG),
          Map.entry("minItems", Code.TOO_SHORT),
          Map.entry("maxItems", Code.TOO_LONG),
          Map.entry("maxProperties", Code.TOO_LONG),
          Map.entry("minimum", Code.OUT_OF_RANGE),
          Map.entry("maximum", Code.OUT_OF_RANGE),
          Map.entry("required", Code.MISSING_FIELD),
          Map.entry("additionalProperties", Code.UNKNOWN_FIELD));

  /** Whether a fault of that keyword has a word. */
  static boolean hasWord(String keyword) {
    return WORDS.containsKey(keyword);
  }

  /** The part of a schema without references at a location of the validator. */
  static SchemaPart at(JsonObject schema, String location) {
    JsonObject node = schema;
    boolean naming = false;
    boolean named = false;
    for (String step : location.substring(1).split("/", -1)) {
      naming = !named && step.equals("propertyNames");
      named = !named && step.equals("properties");
      node = step.isEmpty() ? node : node.getJsonObject(step);
    }
    return new SchemaPart(node, location, naming);
  }

  /**
   * Whether a finding under that keyword is a fault of its own, and not the sum of those inside.
   * Fields that are known but faulty count as additional ones for the validator; not here.
   */
  boolean tells(String keyword, String instance) {
    return switch (keyword) {
      case "properties", "items", "propertyNames" -> false;
      case "additionalProperties" ->
          Boolean.FALSE.equals(source.getValue(keyword)) && !known(instance);
      default -> true;
    };
  }

  private boolean known(String instance) {
    String name = instance.substring(instance.lastIndexOf('/') + 1);
    return source.getJsonObject("properties", new JsonObject()).containsKey(name);
  }

  /** What a fault is called: as the part itself says, else by the keyword. */
  Code code(String keyword) {
    String own = source.getString("x-hushbus-code");
    if (naming && own == null) {
      return Code.BAD_NAME;
    }
    Code word = WORDS.get(keyword);
    if (word == null) {
      throw new IllegalStateException("checked at the start: every keyword has its word");
    }
    return own != null && word == Code.BAD_FORMAT
        ? Code.valueOf(own.toUpperCase(Locale.ROOT))
        : word;
  }

  /** The type comes first, then the keywords as they are written. */
  int rank(String keyword) {
    return keyword.equals("type") ? -1 : List.copyOf(source.fieldNames()).indexOf(keyword);
  }

  /** The names of the fields that must be there. */
  Stream<String> required() {
    return source.getJsonArray("required", new JsonArray()).stream().map(String.class::cast);
  }
}
