package io.hushbus.lease;

import io.hushbus.db.Tx;
import io.hushbus.model.SecretId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/** The table {@code lease} seen from the secrets: who holds what of one now. */
final class HoldingStore {

  private static final String LIVE_ON_SECRET =
      "SELECT l.lease_id FROM lease l WHERE l.tenant_id = $1 AND l.secret_id = $2 AND "
          + Liveness.LIVE
          + " ORDER BY l.lease_id LIMIT $3";

  /** Of those that are kept: what was destroyed is of use to nobody. */
  static final String HELD_VERSIONS =
      """
      WITH held AS MATERIALIZED (
        SELECT DISTINCT l.applied_version, l.version FROM lease l
        WHERE l.tenant_id = $1 AND l.secret_id = $2 AND
      """
          + Liveness.LIVE
          + """
          )
          SELECT DISTINCT v.version FROM secret_version v
          JOIN held ON v.version BETWEEN held.applied_version AND held.version
          WHERE v.tenant_id = $1 AND v.secret_id = $2 AND v.sealed IS NOT NULL
          """;

  private static final String HOLDING =
      "SELECT l.version, count(*) AS leases FROM lease l"
          + " WHERE l.tenant_id = $1 AND l.secret_id = $2 AND "
          + Liveness.LIVE
          + " GROUP BY l.version";

  /**
   * Counts live leases, for {@code $1} a tenant, up to {@code $2}, of the project {@code $3} if
   * there is one.
   */
  static final String LIVE_OF_TENANT =
      """
      SELECT count(*) FROM (
        SELECT FROM lease l
        LEFT JOIN run r ON r.tenant_id = l.tenant_id AND r.run_id = l.run_id
        WHERE l.tenant_id = $1 AND ($3::uuid IS NULL OR l.project_id = $3)
          AND l.revoked_at IS NULL AND l.max_expires_at > clock_timestamp()
          AND l.expires_at > clock_timestamp() AND r.ended_at IS NULL
          AND
      """
          + Liveness.UNMARKED_IF_COUNTED
          + """
            LIMIT $2) unended
          """;

  Future<List<UUID>> live(Tx tx, SecretId secret, int limit) {
    return tx.list(LIVE_ON_SECRET, row -> row.getUUID("lease_id"), tx.tenant(), secret, limit);
  }

  /** Every version that a live lease holds: from the one in use to the one taken last. */
  Future<List<Integer>> heldVersions(Tx tx, SecretId secret) {
    return tx.list(HELD_VERSIONS, row -> row.getInteger("version"), tx.tenant(), secret);
  }

  /** How many live leases have taken each version last. */
  Future<SortedMap<Integer, Long>> holding(Tx tx, SecretId secret) {
    return tx.list(
            HOLDING,
            row -> Map.entry(row.getInteger("version"), row.getLong("leases")),
            tx.tenant(),
            secret)
        .map(
            rows -> {
              SortedMap<Integer, Long> byVersion = new TreeMap<>();
              rows.forEach(row -> byVersion.put(row.getKey(), row.getValue()));
              return byVersion;
            });
  }
}
