package io.hushbus.access;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.db.Statements;
import io.hushbus.db.Tx;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.Page;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Rows of table service_account_key. Keys are never deleted, so that audit records can be read. */
final class AccountKeyStore {

  private static final String NEW_KEY =
      """
      INSERT INTO service_account_key
        (tenant_id, key_id, account_id, mac, pepper_generation, hint, created_by, expires_at,
         mac_generation, row_mac)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      RETURNING key_id, hint, created_by, created_at, expires_at, revoked_at
      """;

  private static final String LIVE_KEYS =
      """
      SELECT count(*) AS live, clock_timestamp() AS now FROM service_account_key
      WHERE tenant_id = $1 AND account_id = $2 AND revoked_at IS NULL
        AND (expires_at IS NULL OR expires_at > clock_timestamp())
      """;

  private static final String KEYS =
      """
      SELECT key_id, hint, created_by, created_at, expires_at, revoked_at
      FROM service_account_key k WHERE k.tenant_id = $1 AND k.account_id = $2
        AND ($3::uuid IS NULL OR (k.created_at, k.key_id) < (
          SELECT b.created_at, b.key_id FROM service_account_key b
          WHERE b.tenant_id = $1 AND b.account_id = $2 AND b.key_id = $3))
      ORDER BY k.created_at DESC, k.key_id DESC LIMIT $4
      """;

  private static final String LIVE_KEY =
      """
      SELECT key_id, hint, created_by, created_at, expires_at, revoked_at
      FROM service_account_key
      WHERE tenant_id = $1 AND account_id = $2 AND key_id = $3 AND revoked_at IS NULL
        AND (expires_at IS NULL OR expires_at > clock_timestamp())
      """;

  private static final String ROLLING =
      """
      SELECT mac, pepper_generation, created_by, expires_at, mac_generation, row_mac,
        clock_timestamp() AS now
      FROM service_account_key
      WHERE tenant_id = $1 AND account_id = $2 AND key_id = $3 AND revoked_at IS NULL
        AND (expires_at IS NULL OR expires_at > clock_timestamp())
      FOR UPDATE
      """;

  private static final String END_KEY =
      """
      UPDATE service_account_key SET expires_at = $4, mac_generation = $5, row_mac = $6
      WHERE tenant_id = $1 AND account_id = $2 AND key_id = $3
      """;

  private static final String REVOKE_KEY =
      """
      UPDATE service_account_key SET revoked_at = clock_timestamp(), row_mac = ''
      WHERE tenant_id = $1 AND account_id = $2 AND key_id = $3 AND revoked_at IS NULL
      RETURNING key_id, hint, created_by, created_at, expires_at, revoked_at
      """;

  private static final String REVOKE_KEYS =
      """
      UPDATE service_account_key SET revoked_at = clock_timestamp(), row_mac = ''
      WHERE tenant_id = $1 AND account_id = $2 AND revoked_at IS NULL
      """;

  /** How many keys of an account live, and the database's time. */
  record Live(long keys, Instant now) {}

  /** What the row of a live key says that its MAC covers, that MAC, and the database's time. */
  @SuppressWarnings("ArrayRecordComponent") // a row on its way
  record Rolling(
      byte[] mac, int pepper, String by, Optional<Instant> expires, RowMac rowMac, Instant now) {

    private Canonical canonical(TenantId tenant, UUID id, UUID account, Optional<Instant> end) {
      return AccountKeyStore.canonical(tenant, id, account, mac, pepper, by, end);
    }
  }

  private AccountKeyStore() {}

  /** What the row's MAC covers: all that makes the key work, and for how long. */
  static Canonical canonical(
      TenantId tenant,
      UUID id,
      UUID account,
      byte[] mac,
      int pepper,
      String by,
      Optional<Instant> expires) {
    return Canonical.of("service-account-key/1")
        .id(tenant.value())
        .id(id)
        .id(account)
        .bytes(mac)
        .number(pepper)
        .text(by)
        .time(expires.orElse(null));
  }

  static Future<AccountKey> insert(
      Statements tx,
      Keyring keyring,
      UUID id,
      UUID account,
      Peppers.Minted minted,
      String by,
      Optional<Instant> expires) {
    TenantId tenant = keyring.tenant();
    RowMac mac =
        keyring.mac(canonical(tenant, id, account, minted.mac(), minted.generation(), by, expires));
    return tx.one(
            NEW_KEY,
            AccountKey::read,
            tenant,
            id,
            account,
            minted.mac(),
            minted.generation(),
            minted.hint(),
            by,
            expires.orElse(null),
            mac.generation(),
            mac.tag())
        .map(Optional::orElseThrow);
  }

  static Future<Live> live(Tx tx, UUID account) {
    return tx.one(LIVE_KEYS, AccountKeyStore::live, tx.tenant(), account)
        .map(Optional::orElseThrow);
  }

  static Future<Optional<AccountKey>> live(Statements tx, TenantId tenant, UUID account, UUID key) {
    return tx.one(LIVE_KEY, AccountKey::read, tenant, account, key);
  }

  private static Live live(Row row) {
    return new Live(row.getLong("live"), row.getOffsetDateTime("now").toInstant());
  }

  /** Newest first, those after a key. */
  static Future<Page<AccountKey>> list(Tx tx, UUID account, Optional<UUID> after, int limit) {
    return tx.list(KEYS, AccountKey::read, tx.tenant(), account, after.orElse(null), limit + 1)
        .map(found -> Page.of(found, limit));
  }

  static Future<Optional<AccountKey>> revoke(Tx tx, UUID account, UUID key) {
    return tx.one(REVOKE_KEY, AccountKey::read, tx.tenant(), account, key);
  }

  /** A live key, locked to the end of the transaction. */
  static Future<Optional<Rolling>> rolling(Tx tx, UUID account, UUID key) {
    return tx.one(ROLLING, AccountKeyStore::rolling, tx.tenant(), account, key);
  }

  /**
   * Gives a key an end, where it has none sooner.
   *
   * @return its end; an integrity failure if its row was changed by another hand: nothing makes
   *     that genuine
   */
  static Future<Instant> end(
      Tx tx, Keyring keyring, UUID account, UUID key, Rolling old, Instant end) {
    TenantId tenant = keyring.tenant();
    if (!keyring.verifies(old.canonical(tenant, key, account, old.expires()), old.rowMac())) {
      return Future.failedFuture(Failure.integrity("service_account_key"));
    }
    Instant sooner = old.expires().filter(end::isAfter).orElse(end);
    RowMac mac = keyring.mac(old.canonical(tenant, key, account, Optional.of(sooner)));
    return tx.update(END_KEY, tenant, account, key, sooner, mac.generation(), mac.tag())
        .map(sooner);
  }

  private static Rolling rolling(Row row) {
    return new Rolling(
        row.getBuffer("mac").getBytes(),
        row.getInteger("pepper_generation"),
        row.getString("created_by"),
        Optional.ofNullable(row.getOffsetDateTime("expires_at")).map(at -> at.toInstant()),
        new RowMac(row.getInteger("mac_generation"), row.getBuffer("row_mac").getBytes()),
        row.getOffsetDateTime("now").toInstant());
  }

  /** Revokes all keys of the account; gives their number. */
  static Future<Integer> revokeAll(Tx tx, UUID account) {
    return tx.update(REVOKE_KEYS, tx.tenant(), account);
  }
}
