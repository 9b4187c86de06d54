package io.hushbus.proof;

import io.hushbus.support.Client;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A request for an operation, with a name in each of some slots. */
record Asking(ApiOperation operation, Map<Slot, String> names) {

  /** What is required beside names; a deletion that is confirmed would be the end of the walk. */
  private static final Map<String, List<String>> REQUIRED =
      Map.of("deleteTenant", List.of("confirm=another-name"));

  private static final Set<String> CHANGING =
      Set.of("X-Request-Id", "RateLimit", "Date", "Traceparent");
  private static final Pattern ONCE =
      Pattern.compile("\"request_id\":\"[0-9a-f-]{36}\"|\"ticket\":\"hst_[^\"]+\"");

  /** What is the same of two answers that tell the same: all but what is given out once. */
  record Told(int status, Map<String, List<String>> headers, String body) {}

  /** What an operation is usually asked with: the path, the project, what its example names. */
  static Map<Slot, String> usual(ApiOperation operation, Holdings holdings) {
    Map<Slot, String> names = new LinkedHashMap<>();
    for (Slot slot : operation.slots()) {
      boolean shown = slot.in().equals("body") && operation.example().containsKey(slot.name());
      if (slot.inPath() || slot.thing() == Thing.PROJECT || slot.nested() || shown) {
        names.put(slot, holdings.own(slot.thing()));
      }
    }
    return names;
  }

  /** The same slots, each with a name under which there is nothing. */
  static Map<Slot, String> unknown(Map<Slot, String> real) {
    Map<Slot, String> names = new LinkedHashMap<>(real);
    names.replaceAll((slot, name) -> slot.thing().unknown(name));
    return names;
  }

  Client.Answer of(Client caller) {
    String path = path() + query();
    if (operation.bodyType().isEmpty()) {
      return caller.send(operation.method(), path, headers());
    }
    List<String> headers = new ArrayList<>(List.of(headers()));
    headers.addAll(List.of("Content-Type", operation.bodyType()));
    return caller.sendText(
        operation.method(), path, body().encode(), headers.toArray(String[]::new));
  }

  /**
   * What {@code caller} is told. An answer about several things says which it speaks of, by the
   * names that were asked for: those are left out.
   */
  Told tells(Client caller) {
    Told told = told(of(caller));
    String body = told.body();
    for (Map.Entry<Slot, String> name : names.entrySet()) {
      if (name.getKey().nested() && told.status() < 300) {
        body = body.replace("\"" + name.getValue() + "\"", "-");
      }
    }
    return new Told(told.status(), told.headers(), body);
  }

  private static Told told(Client.Answer answer) {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.putAll(answer.headers().map());
    CHANGING.forEach(headers::remove);
    // The length of what is compared anyway, names included.
    headers.remove("Content-Length");
    return new Told(answer.status(), headers, ONCE.matcher(answer.body()).replaceAll("-"));
  }

  private String path() {
    String path = operation.path().replaceFirst("^/api/v1", "");
    for (Map.Entry<Slot, String> name : names.entrySet()) {
      if (name.getKey().inPath()) {
        path = path.replace("{" + name.getKey().name() + "}", name.getValue());
      }
    }
    return path;
  }

  private String query() {
    Stream<String> asked =
        names.entrySet().stream()
            .filter(name -> name.getKey().in().equals("query"))
            .map(name -> name.getKey().name() + "=" + name.getValue());
    List<String> pairs =
        Stream.concat(asked, REQUIRED.getOrDefault(operation.id(), List.of()).stream()).toList();
    return pairs.isEmpty() ? "" : "?" + String.join("&", pairs);
  }

  private String[] headers() {
    return names.entrySet().stream()
        .filter(name -> name.getKey().in().equals("header"))
        .flatMap(name -> List.of(name.getKey().name(), name.getValue()).stream())
        .toArray(String[]::new);
  }

  /** The example of the contract under a new name, and with the names of this request. */
  private JsonObject body() {
    JsonObject body = operation.example().copy();
    if (body.containsKey("name")) {
      body.put("name", "new-" + Names.next());
    }
    names.forEach(
        (slot, name) -> {
          if (slot.in().equals("body")) {
            put(body, slot, name);
          }
        });
    return body;
  }

  private static void put(JsonObject body, Slot slot, String name) {
    if (!slot.nested()) {
      body.put(slot.name(), name);
      return;
    }
    body.getJsonArray(slot.list(), new JsonArray())
        .forEach(item -> ((JsonObject) item).put(slot.name(), name));
  }
}
