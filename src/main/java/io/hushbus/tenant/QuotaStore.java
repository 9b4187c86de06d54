package io.hushbus.tenant;

import io.hushbus.db.Statements;
import io.hushbus.db.SystemTx;
import io.hushbus.db.Tx;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Rows of the tables tenant_quota and tenant_usage. */
final class QuotaStore {

  private static final String COLUMNS =
      """
      q.secrets, q.versions, q.bytes, q.leases, q.streams, q.requests_per_second, q.runs,
      q.lease_seconds, q.project_leases, q.project_runs\
      """;

  private static final String SET_FOR =
      "SELECT " + COLUMNS + " FROM tenant_quota q WHERE q.tenant_id = $1";

  private static final String SET =
      """
      INSERT INTO tenant_quota (tenant_id, secrets, versions, bytes, leases, streams,
                                requests_per_second, runs, lease_seconds, project_leases, project_runs)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
      ON CONFLICT (tenant_id) DO UPDATE
      SET secrets = excluded.secrets, versions = excluded.versions, bytes = excluded.bytes,
          leases = excluded.leases, streams = excluded.streams,
          requests_per_second = excluded.requests_per_second, runs = excluded.runs,
          lease_seconds = excluded.lease_seconds, project_leases = excluded.project_leases,
          project_runs = excluded.project_runs, updated_at = clock_timestamp()
      """;

  /** What is set for one tenant is set by one at a time, also where nothing is set yet. */
  private static final String HOLD =
      """
      SELECT tenant_id FROM tenant WHERE tenant_id = $1 FOR NO KEY UPDATE
      """;

  private static final String USED =
      """
      SELECT secrets, versions, bytes FROM tenant_usage WHERE tenant_id = $1
      """;

  /** What is used is locked from here on, and what is set is as it was just before. */
  private static final String GROW =
      """
      WITH grown AS (
        INSERT INTO tenant_usage AS used (tenant_id, secrets, versions, bytes)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id) DO UPDATE
        SET secrets = used.secrets + excluded.secrets, versions = used.versions + excluded.versions,
            bytes = used.bytes + excluded.bytes
        RETURNING secrets, versions, bytes)
      SELECT g.secrets AS used_secrets, g.versions AS used_versions, g.bytes AS used_bytes,
      """
          + COLUMNS
          + " FROM grown g LEFT JOIN tenant_quota q ON q.tenant_id = $1";

  /**
   * @param set empty in every part where nothing is set
   */
  record Grown(Growth used, QuotaChange set) {}

  private QuotaStore() {}

  static Future<Optional<QuotaChange>> setFor(Statements tx, TenantId tenant) {
    return tx.one(SET_FOR, QuotaStore::quota, tenant);
  }

  /** The same, which stays so until the end of the transaction. */
  static Future<QuotaChange> held(SystemTx tx, TenantId tenant) {
    return tx.one(HOLD, row -> true, tenant)
        .compose(held -> setFor(tx, tenant))
        .map(set -> set.orElse(QuotaChange.NOTHING));
  }

  static Future<Void> set(SystemTx tx, TenantId tenant, QuotaChange quota) {
    return tx.update(
            SET,
            tenant,
            boxed(quota.secrets()),
            boxed(quota.versions()),
            boxed(quota.bytes()),
            boxed(quota.leases()),
            boxed(quota.streams()),
            boxed(quota.requestsPerSecond()),
            boxed(quota.runs()),
            boxed(quota.leaseSeconds()),
            boxed(quota.projectLeases()),
            boxed(quota.projectRuns()))
        .mapEmpty();
  }

  /** What is kept for the tenant now. */
  static Future<Growth> used(Statements tx, TenantId tenant) {
    return tx.one(USED, row -> used(row, ""), tenant).map(row -> row.orElse(Growth.NONE));
  }

  /** The same after this change, and what is set. */
  static Future<Grown> grow(Tx tx, Growth growth) {
    return tx.one(
            GROW,
            row -> new Grown(used(row, "used_"), quota(row)),
            tx.tenant(),
            growth.secrets(),
            growth.versions(),
            growth.bytes())
        .map(Optional::orElseThrow);
  }

  private static Growth used(Row row, String prefix) {
    return new Growth(
        row.getLong(prefix + "secrets"),
        row.getLong(prefix + "versions"),
        row.getLong(prefix + "bytes"));
  }

  private static QuotaChange quota(Row row) {
    return new QuotaChange(
        number(row, "secrets"),
        number(row, "versions"),
        number(row, "bytes"),
        number(row, "leases"),
        number(row, "streams"),
        number(row, "requests_per_second"),
        number(row, "runs"),
        number(row, "lease_seconds"),
        number(row, "project_leases"),
        number(row, "project_runs"));
  }

  private static OptionalLong number(Row row, String column) {
    Long number = row.getLong(column);
    return number == null ? OptionalLong.empty() : OptionalLong.of(number);
  }

  private static @Nullable Long boxed(OptionalLong number) {
    return number.isPresent() ? number.getAsLong() : null;
  }
}
