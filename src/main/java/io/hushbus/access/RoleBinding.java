package io.hushbus.access;

import io.hushbus.model.Principal;
import io.hushbus.model.Role;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** What a principal was made: at the whole tenant, at one community, or at one project. */
public record RoleBinding(
    UUID id,
    Principal principal,
    Role role,
    Optional<UUID> project,
    Optional<UUID> community,
    String createdBy,
    Instant createdAt) {

  static RoleBinding read(Row row) {
    return new RoleBinding(
        row.getUUID("binding_id"),
        new Principal(
            Principal.Kind.of(row.getString("principal_kind")), row.getUUID("principal_id")),
        Role.of(row.getString("role"))
            .orElseThrow(
                () -> new IllegalStateException("role_binding holds a role that never was")),
        Optional.ofNullable(row.getUUID("project_id")),
        Optional.ofNullable(row.getUUID("community_id")),
        row.getString("created_by"),
        row.getOffsetDateTime("created_at").toInstant());
  }
}
