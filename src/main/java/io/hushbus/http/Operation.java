package io.hushbus.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One operation of the contract.
 *
 * @param open whether it is answered without credentials
 * @param anyQuery whether others put into its query what they like
 * @param produces the media types of its good answers; empty if they have no body
 */
record Operation(
    String id,
    HttpMethod method,
    String path,
    boolean open,
    boolean anyQuery,
    List<Parameter> parameters,
    Map<String, BodyType> bodies,
    boolean bodyRequired,
    Set<String> produces) {

  /** Whether a good answer may be an endless stream of events. */
  boolean streams() {
    return produces.contains("text/event-stream");
  }

  /** A path, query or header parameter. */
  record Parameter(String name, String in, boolean required, String type, Schema schema) {

    static Parameter of(JsonObject source) {
      JsonObject schema = source.getJsonObject("schema");
      return new Parameter(
          source.getString("name"),
          source.getString("in"),
          source.getBoolean("required", false),
          schema.getString("type"),
          Schema.of(schema));
    }
  }

  /** What a body of one media type must be. */
  record BodyType(Shape shape, Schema schema) {

    static BodyType of(JsonObject schema) {
      return new BodyType(Shape.of(schema), Schema.of(schema));
    }
  }
}
