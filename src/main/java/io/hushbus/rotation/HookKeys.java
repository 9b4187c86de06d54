package io.hushbus.rotation;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.db.Tx;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import io.hushbus.secret.SigningKeys;
import io.hushbus.tenant.MacedRow;
import io.hushbus.tenant.MacedTable;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The table {@code rotation_hook_key}: what calls of a secret's hook are signed with. What it gives
 * has been verified.
 */
final class HookKeys {

  /**
   * One key.
   *
   * @param until empty: the newest one, which is not replaced yet
   */
  record Key(SecretId secret, SigningKeys.Kept kept, Optional<Instant> until) {

    /** What the row's MAC covers; the key itself is sealed to the secret and the number. */
    Canonical canonical(TenantId tenant) {
      return Canonical.of("rotation-hook-key/1")
          .id(tenant.value())
          .id(secret.value())
          .number(kept.number())
          .time(until.orElse(null));
    }

    private boolean validAt(Instant now) {
      return until.isEmpty() || now.isBefore(until.get());
    }
  }

  private static final String COLUMNS =
      "k.secret_id, k.number, k.sealed, k.valid_until, k.mac_generation, k.row_mac";

  private static final String OF_SECRET =
      "SELECT "
          + COLUMNS
          + """
           FROM rotation_hook_key k WHERE k.tenant_id = $1 AND k.secret_id = $2
          ORDER BY k.number DESC
          """;

  private static final String INSERT =
      """
      INSERT INTO rotation_hook_key (tenant_id, secret_id, number, sealed, valid_until, mac_generation, row_mac)
      VALUES ($1, $2, $3, $4, $5, $6, $7)
      """;

  private static final String END =
      """
      UPDATE rotation_hook_key SET valid_until = $4, mac_generation = $5, row_mac = $6
      WHERE tenant_id = $1 AND secret_id = $2 AND number = $3
      """;

  private static final String FORGET =
      "DELETE FROM rotation_hook_key WHERE tenant_id = $1 AND secret_id = $2 AND number < $3";

  /** Its rows by what depends on the tenants' keys: their MACs, and the keys themselves. */
  static MacedTable table(SigningKeys signing) {
    return new MacedTable(
        "rotation_hook_key",
        "k",
        List.of(MacedTable.Column.id("secret_id"), MacedTable.Column.number("number")),
        "SELECT "
            + COLUMNS
            + " FROM rotation_hook_key k WHERE k.tenant_id = $1 AND k.mac_generation <> $2\n",
        (row, tenant) -> maced(signing, key(row), MacedRow.mac(row, ""), tenant),
        Optional.of("sealed"),
        Integer.MAX_VALUE);
  }

  private static MacedRow maced(SigningKeys signing, Key key, RowMac mac, TenantId tenant) {
    return new MacedRow(
        key.canonical(tenant),
        mac,
        Optional.of(ring -> signing.rewrapped(ring, key.secret().value(), key.kept()).sealed()));
  }

  private final Keyring keyring;

  HookKeys(Keyring keyring) {
    this.keyring = keyring;
  }

  /** The newest first. */
  Future<List<Key>> of(Tx tx, SecretId secret) {
    return tx.list(OF_SECRET, this::checked, tx.tenant(), secret);
  }

  /** What is to be signed with at that time: none, where there is no key. */
  Future<List<SigningKeys.Kept>> valid(Tx tx, SecretId secret, Instant now) {
    return of(tx, secret)
        .map(keys -> keys.stream().filter(key -> key.validAt(now)).map(Key::kept).toList());
  }

  /** Keeps the first key of a secret's hook. */
  Future<Void> keep(Tx tx, SecretId secret, SigningKeys.Kept first) {
    return insert(tx, new Key(secret, first, Optional.empty()));
  }

  /** Keeps {@code next}; the one before is valid until then, and those before that are gone. */
  Future<Void> roll(Tx tx, Key before, SigningKeys.Kept next, Instant until) {
    Key ending = new Key(before.secret(), before.kept(), Optional.of(until));
    RowMac mac = keyring.mac(ending.canonical(tx.tenant()));
    return tx.update(FORGET, tx.tenant(), before.secret(), before.kept().number())
        .compose(
            gone ->
                tx.update(
                    END,
                    tx.tenant(),
                    before.secret(),
                    before.kept().number(),
                    until,
                    mac.generation(),
                    mac.tag()))
        .compose(ended -> insert(tx, new Key(before.secret(), next, Optional.empty())));
  }

  private Future<Void> insert(Tx tx, Key key) {
    RowMac mac = keyring.mac(key.canonical(tx.tenant()));
    return tx.update(
            INSERT,
            tx.tenant(),
            key.secret(),
            key.kept().number(),
            key.kept().sealed(),
            key.until().orElse(null),
            mac.generation(),
            mac.tag())
        .mapEmpty();
  }

  private Key checked(Row row) {
    Key key = key(row);
    if (!keyring.verifies(key.canonical(keyring.tenant()), MacedRow.mac(row, ""))) {
      throw Failure.integrity("rotation_hook_key");
    }
    return key;
  }

  private static Key key(Row row) {
    return new Key(
        new SecretId(row.getUUID("secret_id")),
        new SigningKeys.Kept(row.getInteger("number"), row.getBuffer("sealed").getBytes()),
        RotationStore.time(row, "valid_until"));
  }
}
