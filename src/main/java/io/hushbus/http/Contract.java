package io.hushbus.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The OpenAPI 3.1 document that the interface is built from: routes, parameters, bodies, and the
 * marks that say which fields carry values. Read once, as JSON that the build makes of {@code
 * src/main/openapi/openapi.yaml}; immutable.
 *
 * <p>Read here and not by vertx-openapi, which does not load a contract with a form body.
 */
public final class Contract {

  private static final String RESOURCE = "/openapi/openapi.json";
  private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

  private final byte[] published;
  private final JsonObject document;
  private final List<Operation> operations;

  private Contract(byte[] published) {
    this.published = published;
    this.document = new JsonObject(Buffer.buffer(published));
    this.operations = List.copyOf(operations(document.getJsonObject("paths")));
  }

  /** The contract of this build, from the class path. */
  public static Contract load() {
    try (InputStream in = Contract.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the build left out " + RESOURCE);
      }
      return new Contract(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The document as it is published. */
  public JsonObject document() {
    return document.copy();
  }

  /** The same as text. */
  byte[] text() {
    return published.clone();
  }

  List<Operation> operations() {
    return operations;
  }

  /**
   * Checks that every operation has exactly one endpoint and every endpoint an operation.
   *
   * @throws IllegalStateException that names those left over on either side
   */
  void mustMatch(Set<String> endpoints) {
    Set<String> without = new TreeSet<>(operations.stream().map(Operation::id).toList());
    Set<String> stray = new TreeSet<>(endpoints);
    stray.removeAll(without);
    without.removeAll(endpoints);
    if (!without.isEmpty() || !stray.isEmpty()) {
      throw new IllegalStateException(
          "operations without endpoint: " + without + "; endpoints without operation: " + stray);
    }
  }

  private List<Operation> operations(JsonObject paths) {
    List<Operation> found = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (String path : paths.fieldNames()) {
      JsonObject item = paths.getJsonObject(path);
      for (String method : item.fieldNames()) {
        if (!METHODS.contains(method) || !ids.add(id(item.getJsonObject(method)))) {
          throw new IllegalStateException("the contract is wrong at " + method + " " + path);
        }
        found.add(operation(path, method, item.getJsonObject(method)));
      }
    }
    return found;
  }

  private static String id(JsonObject operation) {
    return operation.getString("operationId");
  }

  private Operation operation(String path, String method, JsonObject source) {
    JsonObject body = resolve(source.getJsonObject("requestBody", new JsonObject()));
    JsonArray security = source.getJsonArray("security");
    return new Operation(
        id(source),
        HttpMethod.valueOf(method.toUpperCase(Locale.ROOT)),
        path,
        security != null && security.isEmpty(),
        source.getBoolean("x-hushbus-any-query", false),
        parameters(source),
        bodies(body.getJsonObject("content", new JsonObject())),
        body.getBoolean("required", false),
        produces(source.getJsonObject("responses")));
  }

  private List<Operation.Parameter> parameters(JsonObject source) {
    return source.getJsonArray("parameters", new JsonArray()).stream()
        .map(JsonObject.class::cast)
        .map(this::resolve)
        .map(Operation.Parameter::of)
        .toList();
  }

  private static Map<String, Operation.BodyType> bodies(JsonObject content) {
    Map<String, Operation.BodyType> types = new HashMap<>();
    for (String type : content.fieldNames()) {
      types.put(type, Operation.BodyType.of(content.getJsonObject(type).getJsonObject("schema")));
    }
    return Map.copyOf(types);
  }

  /** Of answers only the media types are asked for, so that their schemas stay as they are. */
  private Set<String> produces(JsonObject responses) {
    Set<String> types = new HashSet<>();
    responses.fieldNames().stream()
        .filter(status -> status.startsWith("2"))
        .map(responses::getJsonObject)
        .map(this::named)
        .map(response -> Optional.ofNullable(response.getJsonObject("content")))
        .forEach(content -> content.ifPresent(c -> types.addAll(c.fieldNames())));
    return Set.copyOf(types);
  }

  /** A copy with every reference replaced by what it names; the contract has no cycles. */
  JsonObject resolve(JsonObject node) {
    JsonObject copy = new JsonObject();
    if (node.getValue("$ref") instanceof String reference) {
      copy.mergeIn(resolve(target(reference)));
    }
    for (String name : node.fieldNames()) {
      if (!name.equals("$ref")) {
        copy.put(name, resolved(node.getValue(name)));
      }
    }
    return copy;
  }

  private Object resolved(Object value) {
    return switch (value) {
      case JsonObject object -> resolve(object);
      case JsonArray array -> new JsonArray(array.stream().map(this::resolved).toList());
      case null -> "";
      default -> value;
    };
  }

  private JsonObject named(JsonObject node) {
    return node.getValue("$ref") instanceof String reference ? named(target(reference)) : node;
  }

  private JsonObject target(String reference) {
    JsonObject node = document;
    for (String step : reference.substring(2).split("/", -1)) {
      node = node.getJsonObject(step);
      if (node == null) {
        throw new IllegalStateException("the contract refers to nothing at " + reference);
      }
    }
    return node;
  }
}
