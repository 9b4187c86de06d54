package io.hushbus.tenant;

import io.hushbus.model.ObjectName;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;

/** An environment of a tenant, such as {@code staging}, across its projects. */
public record Domain(UUID id, ObjectName name, Instant createdAt) {

  static Domain read(Row row) {
    return new Domain(
        row.getUUID("domain_id"),
        new ObjectName(row.getString("name")),
        row.getOffsetDateTime("created_at").toInstant());
  }
}
