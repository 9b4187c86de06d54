package io.hushbus.tenant;

import io.hushbus.model.ObjectName;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;

/** Where most secrets of a tenant live. */
public record Project(UUID id, ObjectName name, String description, Instant createdAt) {

  static Project read(Row row) {
    return new Project(
        row.getUUID("project_id"),
        new ObjectName(row.getString("name")),
        row.getString("description"),
        row.getOffsetDateTime("created_at").toInstant());
  }
}
