package io.hushbus.event;

import io.hushbus.model.Scope;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Something that readers are to be told: becomes a row of the event log.
 *
 * @param subject what it is about, such as {@code secrets/<id>}
 * @param project the project the thing lies in, if any; decides, with the domain, who may see the
 *     notice
 * @param data ids, names, version numbers and deadlines; never a value
 */
public record Fact(
    EventType type,
    String subject,
    Optional<UUID> project,
    Optional<UUID> domain,
    Map<String, Object> data) {

  /** What is told of leases and runs has no scope by name: whose it is is said by ids. */
  public Fact {
    if (type == EventType.LEASE_REVOKED || type == EventType.RUN_LOST) {
      Map<String, Object> placed = new LinkedHashMap<>(data);
      project.ifPresent(id -> placed.put("project_id", id.toString()));
      domain.ifPresent(id -> placed.put("domain_id", id.toString()));
      data = placed;
    }
  }

  /** A fact about something that lives in {@code scope}. */
  public static Fact in(Scope scope, EventType type, String subject, Map<String, Object> data) {
    return new Fact(
        type,
        subject,
        scope.inProject().map(Scope.Place::id),
        scope.inDomain().map(Scope.Place::id),
        data);
  }
}
