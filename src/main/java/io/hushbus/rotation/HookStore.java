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
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The table {@code rotation_hook}: where a hook stands with each rotation that it brings. What it
 * gives has been verified; what is due is found without that.
 */
final class HookStore {

  /** A hook of some tenant that is to be looked at. */
  record Due(TenantId tenant, UUID id) {}

  /**
   * A hook as its row has it.
   *
   * @param attempts of this step so far
   * @param now the database's time of the look-up
   */
  record Standing(Hooking hooking, RowMac mac, int attempts, Instant now) {}

  private static final String COLUMNS =
      """
      h.hook_id, h.secret_id, h.step, h.rotation_id, h.version, h.started_at, h.attempts,
      h.mac_generation, h.row_mac\
      """;

  private static final String INSERT =
      """
      INSERT INTO rotation_hook (tenant_id, hook_id, secret_id, step, started_at, mac_generation, row_mac)
      VALUES ($1, $2, $3, $4, $5, $6, $7)
      """;

  private static final String UNDER_WAY =
      """
      SELECT h.hook_id FROM rotation_hook h
      WHERE h.tenant_id = $1 AND h.secret_id = $2 AND h.step IN ('create', 'finish') LIMIT 1
      """;

  private static final String FIND =
      "SELECT clock_timestamp() AS now, "
          + COLUMNS
          + " FROM rotation_hook h WHERE h.tenant_id = $1 AND h.hook_id = $2";

  /**
   * The old credential is that of the version which the rotation left: the new one's if undone.
   * Whether that is so is checked before anything is done.
   */
  private static final String DUE =
      """
      SELECT h.tenant_id, h.hook_id
      FROM rotation_hook h
      LEFT JOIN rotation r ON r.tenant_id = h.tenant_id AND r.rotation_id = h.rotation_id
      LEFT JOIN secret_version old ON old.tenant_id = h.tenant_id AND old.secret_id = h.secret_id
        AND old.version = CASE WHEN r.phase IN ('aborted', 'failed') THEN r.to_version ELSE r.from_version END
      WHERE h.step NOT IN ('done', 'failed') AND h.next_at <= clock_timestamp()
        AND (h.step <> 'revoke' OR old.state IN ('retired', 'destroyed'))
      ORDER BY h.next_at LIMIT $1
      """;

  /** Only if it is as it was read: the MAC says so. */
  private static final String MOVE =
      """
      UPDATE rotation_hook
      SET step = $4, rotation_id = $5, version = $6, mac_generation = $7, row_mac = $8, attempts = 0,
          next_at = clock_timestamp()
      WHERE tenant_id = $1 AND hook_id = $2 AND row_mac = $3
      """;

  private static final String LATER =
      """
      UPDATE rotation_hook
      SET attempts = attempts + 1,
          next_at = clock_timestamp()
            + least($3::float8 * power(2, least(attempts, 20)), $4::float8) * interval '1 second'
      WHERE tenant_id = $1 AND hook_id = $2
      """;

  /** Its rows by what depends on the tenants' keys. */
  static final MacedTable TABLE =
      MacedTable.of(
          "rotation_hook",
          "h",
          "hook_id",
          "SELECT "
              + COLUMNS
              + " FROM rotation_hook h WHERE h.tenant_id = $1 AND h.mac_generation <> $2\n",
          (row, tenant) -> MacedRow.of(hooking(row).canonical(tenant), MacedRow.mac(row, "")));

  private final Keyring keyring;

  HookStore(Keyring keyring) {
    this.keyring = keyring;
  }

  Future<Void> insert(Tx tx, Hooking made) {
    RowMac mac = keyring.mac(made.canonical(tx.tenant()));
    return tx.update(
            INSERT,
            tx.tenant(),
            made.id(),
            made.secret(),
            made.step().word(),
            made.startedAt(),
            mac.generation(),
            mac.tag())
        .mapEmpty();
  }

  /** Whether a hook is still at work on a new value of the secret. */
  static Future<Boolean> underWay(Tx tx, SecretId secret) {
    return tx.one(UNDER_WAY, row -> row.getUUID("hook_id"), tx.tenant(), secret)
        .map(Optional::isPresent);
  }

  static Future<List<Due>> due(SystemTx tx, int limit) {
    return tx.list(
        DUE, row -> new Due(new TenantId(row.getUUID("tenant_id")), row.getUUID("hook_id")), limit);
  }

  Future<Optional<Standing>> find(Tx tx, UUID id) {
    return tx.one(FIND, this::checked, tx.tenant(), id);
  }

  /** Writes where it stands by now; false if that is no more what was read. */
  Future<Boolean> move(Tx tx, Standing before, Hooking after) {
    RowMac mac = keyring.mac(after.canonical(tx.tenant()));
    return tx.update(
            MOVE,
            tx.tenant(),
            after.id(),
            before.mac().tag(),
            after.step().word(),
            after.rotation().orElse(null),
            after.version().orElse(null),
            mac.generation(),
            mac.tag())
        .map(rows -> rows == 1);
  }

  /** Leaves it alone for a time that doubles with each failure. */
  static Future<Void> later(SystemTx tx, Due due, Duration first, Duration longest) {
    return tx.update(
            LATER, due.tenant(), due.id(), (double) first.toSeconds(), (double) longest.toSeconds())
        .mapEmpty();
  }

  private Standing checked(Row row) {
    Hooking hooking = hooking(row);
    RowMac mac = MacedRow.mac(row, "");
    if (!keyring.verifies(hooking.canonical(keyring.tenant()), mac)) {
      throw Failure.integrity("rotation_hook");
    }
    return new Standing(
        hooking, mac, row.getInteger("attempts"), RotationStore.time(row, "now").orElseThrow());
  }

  private static Hooking hooking(Row row) {
    return new Hooking(
        row.getUUID("hook_id"),
        new SecretId(row.getUUID("secret_id")),
        Hooking.Step.of(row.getString("step")),
        Optional.ofNullable(row.getUUID("rotation_id")),
        Optional.ofNullable(row.getInteger("version")),
        RotationStore.time(row, "started_at").orElseThrow());
  }
}
