package io.hushbus.access;

import io.hushbus.db.Statements;
import io.hushbus.db.Tx;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Rows of table service_account_key. Keys are never deleted, so that audit records can be read. */
final class AccountKeyStore {

  private static final String NEW_KEY =
      """
      INSERT INTO service_account_key
        (tenant_id, key_id, account_id, mac, pepper_generation, hint, created_by, expires_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, clock_timestamp() + $8::bigint * interval '1 second')
      RETURNING key_id, hint, created_by, created_at, expires_at, revoked_at
      """;

  private static final String LIVE_KEYS =
      """
      SELECT count(*) AS live FROM service_account_key
      WHERE tenant_id = $1 AND account_id = $2 AND revoked_at IS NULL
        AND (expires_at IS NULL OR expires_at > clock_timestamp())
      """;

  private static final String KEYS =
      """
      SELECT key_id, hint, created_by, created_at, expires_at, revoked_at
      FROM service_account_key WHERE tenant_id = $1 AND account_id = $2
      ORDER BY created_at DESC, key_id LIMIT $3
      """;

  private static final String LIVE_KEY =
      """
      SELECT key_id, hint, created_by, created_at, expires_at, revoked_at
      FROM service_account_key
      WHERE tenant_id = $1 AND account_id = $2 AND key_id = $3 AND revoked_at IS NULL
        AND (expires_at IS NULL OR expires_at > clock_timestamp())
      """;

  private static final String REVOKE_KEY =
      """
      UPDATE service_account_key SET revoked_at = clock_timestamp()
      WHERE tenant_id = $1 AND account_id = $2 AND key_id = $3 AND revoked_at IS NULL
      RETURNING key_id, hint, created_by, created_at, expires_at, revoked_at
      """;

  private static final String REVOKE_KEYS =
      """
      UPDATE service_account_key SET revoked_at = clock_timestamp()
      WHERE tenant_id = $1 AND account_id = $2 AND revoked_at IS NULL
      """;

  private AccountKeyStore() {}

  static Future<AccountKey> insert(
      Statements tx,
      TenantId tenant,
      UUID id,
      UUID account,
      Peppers.Minted minted,
      String by,
      Optional<Duration> lifetime) {
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
            lifetime.map(Duration::toSeconds).orElse(null))
        .map(Optional::orElseThrow);
  }

  static Future<Long> live(Tx tx, UUID account) {
    return tx.one(LIVE_KEYS, row -> row.getLong("live"), tx.tenant(), account)
        .map(Optional::orElseThrow);
  }

  static Future<Optional<AccountKey>> live(Statements tx, TenantId tenant, UUID account, UUID key) {
    return tx.one(LIVE_KEY, AccountKey::read, tenant, account, key);
  }

  static Future<List<AccountKey>> list(Tx tx, UUID account, int limit) {
    return tx.list(KEYS, AccountKey::read, tx.tenant(), account, limit);
  }

  static Future<Optional<AccountKey>> revoke(Tx tx, UUID account, UUID key) {
    return tx.one(REVOKE_KEY, AccountKey::read, tx.tenant(), account, key);
  }

  /** Revokes all keys of the account; gives their number. */
  static Future<Integer> revokeAll(Tx tx, UUID account) {
    return tx.update(REVOKE_KEYS, tx.tenant(), account);
  }
}
