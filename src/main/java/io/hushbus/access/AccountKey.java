package io.hushbus.access;

import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;

/**
 * A key of a service account, without the key.
 *
 * @param hint the last four characters of the key, for people who compare
 */
public record AccountKey(
    UUID id,
    String hint,
    String createdBy,
    Instant createdAt,
    Optional<Instant> expiresAt,
    Optional<Instant> revokedAt) {

  static AccountKey read(Row row) {
    return new AccountKey(
        row.getUUID("key_id"),
        row.getString("hint"),
        row.getString("created_by"),
        row.getOffsetDateTime("created_at").toInstant(),
        time(row, "expires_at"),
        time(row, "revoked_at"));
  }

  private static Optional<Instant> time(Row row, String column) {
    return Optional.ofNullable(row.getOffsetDateTime(column)).map(OffsetDateTime::toInstant);
  }
}
