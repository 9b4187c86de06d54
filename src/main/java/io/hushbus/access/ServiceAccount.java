package io.hushbus.access;

import io.hushbus.model.ObjectName;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;

/** An identity for programs; what it may is said by its role bindings. */
public record ServiceAccount(
    UUID id, ObjectName name, String description, String createdBy, Instant createdAt) {

  static ServiceAccount read(Row row) {
    return new ServiceAccount(
        row.getUUID("account_id"),
        new ObjectName(row.getString("name")),
        row.getString("description"),
        row.getString("created_by"),
        row.getOffsetDateTime("created_at").toInstant());
  }
}
