package io.hushbus.http;

import io.vertx.core.json.JsonObject;
import java.util.Set;

/** How the schemas of the contract are made ready for the validator. */
final class Schemas {

  private static final Set<String> NOTES =
      Set.of("description", "examples", "default", "contentEncoding", "x-hushbus-value");
  private static final Set<String> FORMATS = Set.of("uuid", "uri", "date-time");

  private Schemas() {}

  /**
   * A copy that holds only what is enforced, so that nothing in the contract looks enforced and is
   * not.
   *
   * @throws IllegalArgumentException for what faults could not be told about
   */
  static JsonObject enforced(JsonObject source) {
    JsonObject copy = new JsonObject();
    source.fieldNames().stream()
        .filter(keyword -> !NOTES.contains(keyword))
        .forEach(keyword -> copy.put(keyword, enforced(keyword, source.getValue(keyword))));
    if (copy.containsKey("properties")
        && copy.getValue("additionalProperties") instanceof JsonObject) {
      throw new IllegalArgumentException("the contract mixes fields with and without a name");
    }
    return copy;
  }

  private static Object enforced(String keyword, Object value) {
    return switch (keyword) {
      case "pattern" -> toTheEnd((String) value);
      case "format" -> known((String) value);
      case "properties" -> each((JsonObject) value);
      case "items", "propertyNames" -> enforced((JsonObject) value);
      case "additionalProperties" -> value instanceof JsonObject part ? enforced(part) : value;
      case "x-hushbus-code" -> value;
      default -> withWord(keyword, value);
    };
  }

  /** In Java {@code $} also matches before a line end, which must not pass at the end of a name. */
  private static String toTheEnd(String pattern) {
    return pattern.replaceFirst("\\$$", "\\\\z");
  }

  private static String known(String format) {
    if (!FORMATS.contains(format)) {
      throw new IllegalArgumentException("a format that is not enforced: " + format);
    }
    return format;
  }

  private static JsonObject each(JsonObject parts) {
    JsonObject copy = new JsonObject();
    parts.fieldNames().forEach(name -> copy.put(name, enforced(parts.getJsonObject(name))));
    return copy;
  }

  private static Object withWord(String keyword, Object value) {
    if (!SchemaPart.hasWord(keyword)) {
      throw new IllegalArgumentException(
          "the contract uses a keyword that is not enforced: " + keyword);
    }
    return value;
  }
}
