package io.hushbus.tenant;

import io.hushbus.model.TenantId;
import io.vertx.sqlclient.Row;
import java.time.Instant;

/**
 * An organisation. What the operator sees of it: never what is in it.
 *
 * @param operating whether it is the one tenant that holds the operators
 */
public record Tenant(TenantId id, String name, String state, boolean operating, Instant createdAt) {

  static Tenant read(Row row) {
    return new Tenant(
        new TenantId(row.getUUID("tenant_id")),
        row.getString("name"),
        row.getString("state"),
        row.getBoolean("operating"),
        row.getOffsetDateTime("created_at").toInstant());
  }
}
