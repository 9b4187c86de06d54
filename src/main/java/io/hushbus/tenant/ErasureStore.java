package io.hushbus.tenant;

import io.hushbus.db.SystemTx;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What the end of a tenant does to its rows, in whatever table they are. */
final class ErasureStore {

  private static final String BEGIN =
      """
      UPDATE tenant SET state = 'deleting'
      WHERE tenant_id = $1 AND state IN ('active', 'deleting') AND NOT operating
      """;

  private static final String CANCEL_WORK =
      """
      UPDATE operation SET state = 'cancelled', updated_at = clock_timestamp(), ended_at = clock_timestamp()
      WHERE tenant_id = $1 AND state IN ('pending', 'running') AND kind <> 'tenant_deletion'
      """;

  private static final String LIVE_LEASES =
      """
      SELECT count(*) AS live FROM lease l
      LEFT JOIN run r ON r.tenant_id = l.tenant_id AND r.run_id = l.run_id
      WHERE l.tenant_id = $1 AND l.revoked_at IS NULL AND l.max_expires_at > clock_timestamp()
        AND l.expires_at > clock_timestamp() AND r.ended_at IS NULL
      """;

  private static final String OVERWRITE_KEYS =
      """
      UPDATE tenant_key SET wrapped = ''::bytea, key_check = ''::bytea WHERE tenant_id = $1
      """;

  private static final String REMOVE_KEYS =
      """
      DELETE FROM tenant_key WHERE tenant_id = $1
      """;

  private static final String ERASE =
      """
      SELECT erase_tenant_rows($1::uuid, $2::int, $3::boolean) AS gone
      """;

  private static final String TRAIL_SEALED =
      """
      SELECT c.checkpoint = c.sequence
             AND NOT EXISTS (SELECT FROM audit_tail t WHERE t.tenant_id = c.tenant_id) AS sealed
      FROM audit_chain c WHERE c.tenant_id = $1
      """;

  private static final String END =
      """
      UPDATE tenant SET state = 'deleted' WHERE tenant_id = $1 AND state = 'deleting'
      """;

  private static final String ENDED =
      """
      SELECT tenant_id FROM tenant WHERE tenant_id = ANY ($1::uuid[]) AND state <> 'active'
      """;

  private ErasureStore() {}

  /** Which of the tenants are being deleted, or gone. */
  static Future<List<TenantId>> ended(SystemTx tx, List<TenantId> known) {
    return tx.list(
        ENDED,
        row -> new TenantId(row.getUUID("tenant_id")),
        (Object) known.stream().map(TenantId::value).toArray(UUID[]::new));
  }

  /**
   * From the commit on, the tenant has no callers; false if it may not be deleted. One whose
   * deletion has failed is begun with anew.
   */
  static Future<Boolean> begin(SystemTx tx, TenantId tenant) {
    return tx.update(BEGIN, tenant).map(rows -> rows == 1);
  }

  /** Whatever long work is under way for the tenant has nothing to work on any more. */
  static Future<Void> cancelWork(SystemTx tx, TenantId tenant) {
    return tx.update(CANCEL_WORK, tenant).mapEmpty();
  }

  static Future<Long> liveLeases(SystemTx tx, TenantId tenant) {
    return tx.one(LIVE_LEASES, row -> row.getLong("live"), tenant).map(Optional::orElseThrow);
  }

  /** Overwrites every generation of the tenant's key, then removes them; gives how many. */
  static Future<Integer> destroyKeys(SystemTx tx, TenantId tenant) {
    return tx.update(OVERWRITE_KEYS, tenant).compose(done -> tx.update(REMOVE_KEYS, tenant));
  }

  /**
   * Removes up to {@code most} rows from one table; 0 when none is left.
   *
   * @param trail whether audit records go too, and checkpoints but the last
   */
  static Future<Long> erase(SystemTx tx, TenantId tenant, int most, boolean trail) {
    return tx.one(ERASE, row -> row.getLong("gone"), tenant, most, trail)
        .map(Optional::orElseThrow);
  }

  /** Whether everything in the tenant's trail is chained and under a signed checkpoint. */
  static Future<Boolean> trailSealed(SystemTx tx, TenantId tenant) {
    return tx.one(TRAIL_SEALED, row -> row.getBoolean("sealed"), tenant)
        .map(found -> found.orElse(true));
  }

  static Future<Void> end(SystemTx tx, TenantId tenant) {
    return tx.update(END, tenant).mapEmpty();
  }
}
