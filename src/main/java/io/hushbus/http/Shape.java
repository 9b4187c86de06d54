package io.hushbus.http;

import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** How the body reader treats a part of a body: what it builds, what it takes as bytes. */
sealed interface Shape {

  /** How the bytes of a value are taken. */
  enum Kind {
    /** A string: its unescaped UTF-8. */
    TEXT,
    /** A string in base64: the decoded bytes. */
    BASE64,
    /** Any JSON: the slice as it was sent, and for a string its unescaped UTF-8 too. */
    ANY
  }

  /** A field marked {@code x-hushbus-value}. */
  record Value(Kind kind) implements Shape {}

  /** An object with known fields, and perhaps others that all look alike. */
  record Fields(Map<String, Shape> named, Optional<Shape> others) implements Shape {

    Optional<Shape> of(String name) {
      Shape known = named.get(name);
      return known != null ? Optional.of(known) : others;
    }
  }

  /** An array. */
  record Items(Shape each) implements Shape {}

  /** An ordinary string, number, boolean or null. */
  record Plain() implements Shape {}

  /** The shape that a schema without references describes. */
  static Shape of(JsonObject schema) {
    if (schema.getBoolean("x-hushbus-value", false)) {
      return new Value(kind(schema));
    }
    if (schema.containsKey("properties") || "object".equals(schema.getValue("type"))) {
      return fields(schema);
    }
    return schema.containsKey("items") ? new Items(of(schema.getJsonObject("items"))) : new Plain();
  }

  private static Kind kind(JsonObject schema) {
    if (!schema.containsKey("type")) {
      return Kind.ANY;
    }
    return "base64".equals(schema.getString("contentEncoding")) ? Kind.BASE64 : Kind.TEXT;
  }

  private static Shape fields(JsonObject schema) {
    Map<String, Shape> named = new HashMap<>();
    JsonObject properties = schema.getJsonObject("properties", new JsonObject());
    properties.fieldNames().forEach(name -> named.put(name, of(properties.getJsonObject(name))));
    Optional<Shape> others =
        schema.getValue("additionalProperties") instanceof JsonObject other
            ? Optional.of(of(other))
            : Optional.empty();
    return new Fields(Map.copyOf(named), others);
  }
}
