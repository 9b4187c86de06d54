package io.hushbus.lease;

import io.hushbus.crypto.Canonical;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Scope;
import io.hushbus.model.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What a task needs, under a name.
 *
 * @param revision raised by one with every change
 */
public record Environment(
    UUID id,
    Scope scope,
    ObjectName name,
    String description,
    List<Need> needs,
    long revision,
    String createdBy,
    Instant createdAt,
    String updatedBy,
    Instant updatedAt) {

  /** That of a project which has no other name: what {@code secret bind} fills. */
  public static final ObjectName DEFAULT = new ObjectName("default");

  public Environment {
    needs = List.copyOf(needs);
  }

  /** What the row's MAC covers: everything. */
  Canonical canonical(TenantId tenant) {
    Canonical row =
        Canonical.of("environment/1")
            .id(tenant.value())
            .id(id)
            .id(scope.inProject().map(Scope.Place::id).orElse(null))
            .id(scope.inDomain().map(Scope.Place::id).orElse(null))
            .text(name.text())
            .text(description)
            .number(revision)
            .text(createdBy)
            .time(createdAt)
            .text(updatedBy)
            .time(updatedAt)
            .number(needs.size());
    needs.forEach(need -> need.canonical(row));
    return row;
  }

  /** The same with other needs, changed by somebody at a time. */
  Environment changed(String text, List<Need> next, String by, Instant at) {
    return new Environment(id, scope, name, text, next, revision + 1, createdBy, createdAt, by, at);
  }
}
