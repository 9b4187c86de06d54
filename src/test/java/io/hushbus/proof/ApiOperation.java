package io.hushbus.proof;

import io.hushbus.http.Contract;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One operation of the contract, as somebody who only has the document would call it.
 *
 * @param open whether it is answered without credentials
 * @param slots every place where its requests name something
 * @param bodyType the media type of its body; empty if it takes none
 * @param example the body that the contract shows, or an empty one
 * @param bodyFields the names of the fields that a body may have at its top
 */
record ApiOperation(
    String id,
    String method,
    String path,
    boolean open,
    List<Slot> slots,
    String bodyType,
    JsonObject example,
    Set<String> bodyFields) {

  private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");
  private static final JsonObject DOCUMENT = Contract.load().document();

  @Override
  public String toString() {
    return id;
  }

  /** Every operation of the contract. */
  static List<ApiOperation> all() {
    JsonObject paths = DOCUMENT.getJsonObject("paths");
    List<ApiOperation> all = new ArrayList<>();
    for (String path : paths.fieldNames()) {
      for (String method : paths.getJsonObject(path).fieldNames()) {
        if (METHODS.contains(method)) {
          all.add(of(path, method, paths.getJsonObject(path).getJsonObject(method)));
        }
      }
    }
    return List.copyOf(all);
  }

  /** Those that need credentials. */
  static List<ApiOperation> closed() {
    return all().stream().filter(operation -> !operation.open()).toList();
  }

  boolean takes(String in, Thing thing) {
    return slots.stream().anyMatch(slot -> slot.in().equals(in) && slot.thing() == thing);
  }

  private static ApiOperation of(String path, String method, JsonObject source) {
    JsonArray security = source.getJsonArray("security");
    boolean open = security != null && security.isEmpty();
    JsonObject content =
        source
            .getJsonObject("requestBody", new JsonObject())
            .getJsonObject("content", new JsonObject());
    String type = content.fieldNames().stream().findFirst().orElse("");
    JsonObject body = content.getJsonObject(type, new JsonObject());
    JsonObject schema = resolved(body.getJsonObject("schema", new JsonObject()));
    List<Slot> slots = new ArrayList<>();
    if (!open) {
      parameters(path, source).forEach(slots::add);
      fields(schema, false).forEach(slots::add);
    }
    return new ApiOperation(
        source.getString("operationId"),
        method.toUpperCase(Locale.ROOT),
        path,
        open,
        List.copyOf(slots),
        type,
        body.getJsonObject("example", new JsonObject()),
        Set.copyOf(schema.getJsonObject("properties", new JsonObject()).fieldNames()));
  }

  private static Stream<Slot> parameters(String path, JsonObject source) {
    return source.getJsonArray("parameters", new JsonArray()).stream()
        .map(JsonObject.class::cast)
        .map(ApiOperation::resolved)
        .map(parameter -> parameter(path, parameter))
        .flatMap(Optional::stream);
  }

  private static Optional<Slot> parameter(String path, JsonObject parameter) {
    String name = parameter.getString("name");
    String in = parameter.getString("in");
    String key = in.equals("path") ? withSegmentBefore(path, name) : "?" + name;
    return Thing.of(key).map(thing -> new Slot(in, name, thing, false));
  }

  private static String withSegmentBefore(String path, String name) {
    String parameter = "{" + name + "}";
    String before = path.substring(0, path.indexOf(parameter) - 1);
    return before.substring(before.lastIndexOf('/') + 1) + "/" + parameter;
  }

  private static Stream<Slot> fields(JsonObject schema, boolean nested) {
    JsonObject properties = schema.getJsonObject("properties", new JsonObject());
    return properties.fieldNames().stream()
        .flatMap(
            name ->
                Stream.concat(
                    Thing.of(nested && name.equals("name") ? "[]/name" : "/" + name)
                        .map(thing -> new Slot("body", name, thing, nested))
                        .stream(),
                    within(resolved(properties.getJsonObject(name)))));
  }

  private static Stream<Slot> within(JsonObject schema) {
    JsonObject items = resolved(schema.getJsonObject("items", new JsonObject()));
    return fields(items, true);
  }

  private static JsonObject resolved(JsonObject node) {
    JsonObject at = node;
    while (at.containsKey("$ref")) {
      JsonObject found = DOCUMENT;
      for (String step : at.getString("$ref").substring(2).split("/", -1)) {
        found = found.getJsonObject(step);
      }
      at = found;
    }
    return at;
  }
}
