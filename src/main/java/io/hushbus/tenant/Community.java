package io.hushbus.tenant;

import io.hushbus.crypto.Canonical;
import io.hushbus.model.ObjectName;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;

/** A group of projects, within which secrets may be shared. */
public record Community(UUID id, ObjectName name, String description, Instant createdAt) {

  /** Another one after each change. */
  public long etag() {
    return Canonical.of("community-etag/1").id(id).text(name.text()).text(description).etag();
  }

  static Community read(Row row) {
    return new Community(
        row.getUUID("community_id"),
        new ObjectName(row.getString("name")),
        row.getString("description"),
        row.getOffsetDateTime("created_at").toInstant());
  }
}
