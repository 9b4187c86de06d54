package io.hushbus.lease;

import io.hushbus.db.Tx;
import io.vertx.core.Future;
import java.time.Instant;

/** The table {@code lease_version}: when leases took their versions and had them in use. */
final class VersionsTaken {

  private static final String FIRST =
      """
      INSERT INTO lease_version (tenant_id, lease_id, version, taken_at, applied_at)
      VALUES ($1, $2, $3, $4, $4)
      ON CONFLICT (tenant_id, lease_id, version) DO NOTHING
      """;

  private static final String TAKE =
      """
      INSERT INTO lease_version (tenant_id, lease_id, version, taken_at) VALUES ($1, $2, $3, $4)
      ON CONFLICT (tenant_id, lease_id, version) DO NOTHING
      """;

  private static final String APPLY =
      """
      UPDATE lease_version SET applied_at = $4
      WHERE tenant_id = $1 AND lease_id = $2 AND version = $3 AND applied_at IS NULL
      """;

  /** Notes that {@code before} takes another version; that it has its first since it began. */
  Future<Void> take(Tx tx, Lease before, int version, Instant now) {
    return tx.update(FIRST, tx.tenant(), before.id(), before.version(), before.terms().issuedAt())
        .compose(first -> tx.update(TAKE, tx.tenant(), before.id(), version, now))
        .mapEmpty();
  }

  Future<Void> apply(Tx tx, Lease lease, int version, Instant now) {
    return tx.update(APPLY, tx.tenant(), lease.id(), version, now).mapEmpty();
  }
}
