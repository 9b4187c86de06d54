package io.hushbus.client;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where on the event bus a request of the HTTP interface goes, with what its path, query and
 * headers say as headers.
 */
record BusAddress(String text, Map<String, List<String>> headers) {

  private static final Set<String> CARRIED = Set.of("Idempotency-Key", "If-Match", "If-None-Match");

  /** Empty for what the bus does not carry. */
  static Optional<BusAddress> of(Call call) {
    String[] path = call.path().substring(1).split("/", -1);
    String shape = call.method() + " " + path[0] + (path.length > 2 ? " " + path[2] : "");
    boolean one = path.length > 1;
    return (switch (shape) {
          case "POST runs" -> one ? none() : at("run.open");
          case "POST runs heartbeat" -> at("run.heartbeat");
          case "POST runs complete" -> at("run.complete");
          case "POST leases" -> one ? none() : at("lease.grant");
          case "POST leases renew",
              "POST leases advance",
              "POST leases ack",
              "POST leases revoke" ->
              at("lease." + path[2]);
          case "POST secrets" -> one ? none() : at("secret.create");
          case "GET secrets" -> at(one ? "secret.get" : "secret.list");
          case "PUT secrets" -> at("secret.replace");
          case "PATCH secrets" -> at("secret.patch");
          case "DELETE secrets" -> at("secret.delete");
          default -> none();
        })
        .map(text -> new BusAddress(text, headers(call, path)));
  }

  private static Optional<String> none() {
    return Optional.empty();
  }

  private static Optional<String> at(String name) {
    return Optional.of("hushbus." + name);
  }

  /** Where the stream of notices is asked for. */
  static BusAddress events(Call call) {
    Map<String, List<String>> headers = headers(call, new String[0]);
    Optional.ofNullable(call.headers().get("Last-Event-ID"))
        .ifPresent(cursor -> headers.put("after", List.of(cursor)));
    return new BusAddress("hushbus.events", headers);
  }

  private static Map<String, List<String>> headers(Call call, String[] path) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    if (path.length > 1) {
      String one = URLDecoder.decode(path[1], StandardCharsets.UTF_8);
      headers.put(path[0].equals("secrets") ? "name" : "id", List.of(one));
    }
    call.query()
        .forEach(pair -> headers.merge(pair.getKey(), List.of(pair.getValue()), BusAddress::both));
    CARRIED.forEach(
        name ->
            Optional.ofNullable(call.headers().get(name))
                .ifPresent(value -> headers.put(name, List.of(value))));
    return headers;
  }

  private static List<String> both(List<String> some, List<String> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }
}
