package io.hushbus.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which notices are wanted, and from where on. Immutable.
 *
 * @param after a cursor, {@code earliest} or {@code now}
 * @param types only these; none: all
 * @param secret only about the secret with this id
 * @param poll by long poll from the start, where streams are known not to come through
 */
public record EventAsk(
    String after,
    List<String> types,
    Optional<String> project,
    Optional<String> secret,
    boolean poll) {

  /** Everything that comes from now on. */
  public static final EventAsk NOW =
      new EventAsk("now", List.of(), Optional.empty(), Optional.empty(), false);

  public EventAsk after(String cursor) {
    return new EventAsk(cursor, types, project, secret, poll);
  }

  public EventAsk types(String... only) {
    return new EventAsk(after, List.of(only), project, secret, poll);
  }

  public EventAsk project(String only) {
    return new EventAsk(after, types, Optional.of(only), secret, poll);
  }

  public EventAsk secret(String id) {
    return new EventAsk(after, types, project, Optional.of(id), poll);
  }

  public EventAsk polling() {
    return new EventAsk(after, types, project, secret, true);
  }

  List<Map.Entry<String, String>> query() {
    List<Map.Entry<String, String>> query = new ArrayList<>();
    types.forEach(type -> query.add(Map.entry("type", type)));
    project.ifPresent(name -> query.add(Map.entry("project", name)));
    secret.ifPresent(id -> query.add(Map.entry("secret", id)));
    return query;
  }
}
