package io.hushbus.rotation;

import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.db.SystemTx;
import io.hushbus.db.Tx;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.MacedRow;
import io.hushbus.tenant.MacedTable;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/** The table {@code rotation_policy}. What it gives has been verified. */
final class PolicyStore {

  private static final String COLUMNS =
      """
      y.secret_id, y.every_seconds, y.cron, y.zone, y.source, y.definition, y.strategy,
      y.grace_seconds, y.revision, y.created_by, y.updated_at, y.anchor_at, y.next_due_at,
      y.mac_generation, y.row_mac\
      """;

  private static final String FIND =
      "SELECT " + COLUMNS + " FROM rotation_policy y WHERE y.tenant_id = $1 AND y.secret_id = $2";

  private static final String LOCK = FIND + " FOR UPDATE OF y";

  private static final String PUT =
      """
      INSERT INTO rotation_policy (tenant_id, secret_id, every_seconds, cron, zone, source, definition,
                                   strategy, grace_seconds, revision, created_by, updated_at,
                                   anchor_at, next_due_at, mac_generation, row_mac)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
      ON CONFLICT (tenant_id, secret_id) DO UPDATE
      SET every_seconds = excluded.every_seconds, cron = excluded.cron, zone = excluded.zone,
          source = excluded.source, definition = excluded.definition, strategy = excluded.strategy,
          grace_seconds = excluded.grace_seconds, revision = excluded.revision,
          created_by = excluded.created_by, updated_at = excluded.updated_at,
          anchor_at = excluded.anchor_at, next_due_at = excluded.next_due_at,
          mac_generation = excluded.mac_generation, row_mac = excluded.row_mac, attempts = 0,
          retry_at = NULL
      """;

  private static final String DELETE =
      "DELETE FROM rotation_policy WHERE tenant_id = $1 AND secret_id = $2";

  /** What is due, or of which somebody is to be reminded; what failed waits for its time. */
  private static final String DUE =
      """
      SELECT y.tenant_id, y.secret_id FROM rotation_policy y
      WHERE (y.retry_at IS NULL OR y.retry_at <= clock_timestamp())
        AND CASE WHEN y.source = 'manual' THEN
              (y.overdue_for IS DISTINCT FROM y.next_due_at AND y.next_due_at <= clock_timestamp())
              OR (y.reminded_for IS DISTINCT FROM y.next_due_at
                AND y.next_due_at - y.definition::bigint * interval '1 second' <= clock_timestamp())
            ELSE y.next_due_at <= clock_timestamp() END
      ORDER BY y.next_due_at LIMIT $1
      """;

  private static final String LATER =
      """
      UPDATE rotation_policy
      SET attempts = attempts + 1,
          retry_at = clock_timestamp()
            + least($3::float8 * power(2, least(attempts, 20)), $4::float8) * interval '1 second'
      WHERE tenant_id = $1 AND secret_id = $2
      """;

  private static final String REMIND =
      """
      UPDATE rotation_policy SET reminded_for = next_due_at
      WHERE tenant_id = $1 AND secret_id = $2 AND reminded_for IS DISTINCT FROM next_due_at
      """;

  private static final String OVERDUE =
      """
      UPDATE rotation_policy SET overdue_for = next_due_at, reminded_for = next_due_at
      WHERE tenant_id = $1 AND secret_id = $2 AND overdue_for IS DISTINCT FROM next_due_at
      """;

  private static final String NEWEST_ROTATION =
      """
      SELECT r.started_at FROM rotation r WHERE r.tenant_id = $1 AND r.secret_id = $2
      ORDER BY r.rotation_id DESC LIMIT 1
      """;

  /** Its rows by what depends on the tenants' keys. */
  static final MacedTable TABLE =
      MacedTable.of(
          "rotation_policy",
          "y",
          "secret_id",
          "SELECT "
              + COLUMNS
              + " FROM rotation_policy y WHERE y.tenant_id = $1 AND y.mac_generation <> $2\n",
          (row, tenant) -> MacedRow.of(policy(row).canonical(tenant), MacedRow.mac(row, "")));

  /** A secret of some tenant whose policy wants something. */
  record Due(TenantId tenant, SecretId secret) {}

  private final Keyring keyring;

  PolicyStore(Keyring keyring) {
    this.keyring = keyring;
  }

  Future<Optional<Policy>> find(Tx tx, SecretId secret) {
    return tx.one(FIND, this::checked, tx.tenant(), secret);
  }

  /** The same, locked to the end of the transaction. */
  Future<Optional<Policy>> lock(Tx tx, SecretId secret) {
    return tx.one(LOCK, this::checked, tx.tenant(), secret);
  }

  Future<Void> put(Tx tx, Policy policy) {
    RowMac mac = keyring.mac(policy.canonical(tx.tenant()));
    return tx.update(
            PUT,
            tx.tenant(),
            policy.secret(),
            policy.every().map(Duration::toSeconds).orElse(null),
            policy.cron().map(Schedule.Cron::line).orElse(null),
            policy.zone(),
            policy.source().word(),
            policy.source().text(),
            policy.strategy().word(),
            policy.grace().map(Duration::toSeconds).orElse(null),
            policy.revision(),
            policy.createdBy(),
            policy.updatedAt(),
            policy.anchor(),
            policy.nextDue(),
            mac.generation(),
            mac.tag())
        .mapEmpty();
  }

  /** Whether there was one. */
  static Future<Boolean> delete(Tx tx, SecretId secret) {
    return tx.update(DELETE, tx.tenant(), secret).map(rows -> rows == 1);
  }

  static Future<List<Due>> due(SystemTx tx, int limit) {
    return tx.list(
        DUE,
        row ->
            new Due(new TenantId(row.getUUID("tenant_id")), new SecretId(row.getUUID("secret_id"))),
        limit);
  }

  /** Leaves a policy that failed alone for a time that doubles with each failure. */
  static Future<Void> later(SystemTx tx, Due due, Duration first, Duration longest) {
    return tx.update(
            LATER,
            due.tenant(),
            due.secret(),
            (double) first.toSeconds(),
            (double) longest.toSeconds())
        .mapEmpty();
  }

  /** Takes the right to remind of this due time; false if it was taken before. */
  static Future<Boolean> remind(Tx tx, SecretId secret) {
    return tx.update(REMIND, tx.tenant(), secret).map(rows -> rows == 1);
  }

  /** Takes the right to tell that it is overdue; false if it was taken before. */
  static Future<Boolean> overdue(Tx tx, SecretId secret) {
    return tx.update(OVERDUE, tx.tenant(), secret).map(rows -> rows == 1);
  }

  /** When the newest rotation of the secret began. */
  static Future<Optional<Instant>> rotatedAt(Tx tx, SecretId secret) {
    return tx.one(
        NEWEST_ROTATION,
        row -> RotationStore.time(row, "started_at").orElseThrow(),
        tx.tenant(),
        secret);
  }

  private Policy checked(Row row) {
    Policy policy = policy(row);
    if (!keyring.verifies(policy.canonical(keyring.tenant()), MacedRow.mac(row, ""))) {
      throw Failure.integrity("rotation_policy");
    }
    return policy;
  }

  private static Policy policy(Row row) {
    Long every = row.getLong("every_seconds");
    Schedule schedule =
        every != null
            ? new Schedule.Every(Duration.ofSeconds(every))
            : new Schedule.Cron(row.getString("cron"), ZoneId.of(row.getString("zone")));
    return new Policy(
        new SecretId(row.getUUID("secret_id")),
        schedule,
        Source.of(row.getString("source"), row.getString("definition")),
        Strategy.of(row.getString("strategy")),
        Optional.ofNullable(row.getLong("grace_seconds")).map(Duration::ofSeconds),
        row.getLong("revision"),
        row.getString("created_by"),
        RotationStore.time(row, "updated_at").orElseThrow(),
        RotationStore.time(row, "anchor_at").orElseThrow(),
        RotationStore.time(row, "next_due_at").orElseThrow());
  }
}
