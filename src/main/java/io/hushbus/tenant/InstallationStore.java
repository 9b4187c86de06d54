package io.hushbus.tenant;

import io.hushbus.crypto.SystemKeyKind;
import io.hushbus.db.SystemTx;
import io.hushbus.model.Failure;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Rows of tables installation and system_key, which belong to no tenant. */
final class InstallationStore {

  /**
   * @param nextRootKeyId the root key that is taking over, while one is
   */
  record Head(
      UUID cluster, String rootKeyId, Optional<String> nextRootKeyId, byte[] check, long epoch) {
    /** The root key for what is wrapped now. */
    String wrapping() {
      return nextRootKeyId.orElse(rootKeyId);
    }
  }

  record StoredKey(String kind, int generation, String rootKeyId, byte[] wrapped) {}

  private static final String NEW_INSTALLATION =
      """
      INSERT INTO installation (cluster_id, root_key_id, root_key_check) VALUES ($1, $2, $3)
      """;

  private static final String INSTALLATION =
      """
      SELECT cluster_id, root_key_id, next_root_key_id, root_key_check, epoch FROM installation
      """;

  private static final String INSTALLATION_SHARED = INSTALLATION + " FOR SHARE";

  private static final String INSTALLATION_LOCKED = INSTALLATION + " FOR UPDATE";

  private static final String ROOT_KEYS_IN_USE =
      """
      SELECT DISTINCT root_key_id FROM (
        SELECT root_key_id FROM tenant_key WHERE tenant_id IS NOT NULL
        UNION ALL SELECT root_key_id FROM system_key) wrapped
      """;

  private static final String NEXT_ROOT_KEY =
      """
      UPDATE installation SET next_root_key_id = $1
      WHERE root_key_id <> $1 AND (next_root_key_id IS NULL OR next_root_key_id = $1)
      """;

  private static final String ROOT_KEY_MOVED =
      """
      UPDATE installation SET root_key_id = $1, root_key_check = $2, next_root_key_id = NULL
      WHERE next_root_key_id = $1
      """;

  private static final String SYSTEM_KEYS_UNDER_OTHERS =
      """
      SELECT kind, generation, root_key_id, wrapped FROM system_key
      WHERE root_key_id <> $1 ORDER BY kind, generation LIMIT $2 FOR UPDATE
      """;

  private static final String SYSTEM_KEY_MOVED =
      """
      UPDATE system_key SET root_key_id = $3, wrapped = $4 WHERE kind = $1 AND generation = $2
      """;

  private static final String NEW_SYSTEM_KEY =
      """
      INSERT INTO system_key (kind, generation, root_key_id, wrapped) VALUES ($1, $2, $3, $4)
      """;

  private static final String SYSTEM_KEYS =
      """
      SELECT kind, generation, root_key_id, wrapped FROM system_key
      """;

  private InstallationStore() {}

  /** Fails with a conflict if there is an installation already. */
  static Future<Void> insert(SystemTx tx, UUID cluster, String rootKeyId, byte[] check) {
    return Stores.unique(
            tx.update(NEW_INSTALLATION, cluster, rootKeyId, check),
            "installation_pkey",
            () -> Failure.conflict(Failure.Reason.STATE))
        .mapEmpty();
  }

  static Future<Optional<Head>> head(SystemTx tx) {
    return tx.one(INSTALLATION, InstallationStore::readHead);
  }

  /** The installation, kept as it is until the transaction has ended. */
  static Future<Head> headShared(SystemTx tx) {
    return tx.one(INSTALLATION_SHARED, InstallationStore::readHead).map(Optional::orElseThrow);
  }

  /** The installation, for this transaction alone. */
  static Future<Head> headLocked(SystemTx tx) {
    return tx.one(INSTALLATION_LOCKED, InstallationStore::readHead).map(Optional::orElseThrow);
  }

  /** Ids of all root keys that something is wrapped by. */
  static Future<List<String>> rootKeysInUse(SystemTx tx) {
    return tx.list(ROOT_KEYS_IN_USE, row -> row.getString("root_key_id"));
  }

  /**
   * From now on everything is wrapped by {@code next}, also if its taking over was broken off
   * before; false if it is in use already, or another is on its way.
   */
  static Future<Boolean> nextRootKey(SystemTx tx, String next) {
    return tx.update(NEXT_ROOT_KEY, next).map(rows -> rows == 1);
  }

  /** {@code next} has taken over. */
  static Future<Void> rootKeyMoved(SystemTx tx, String next, byte[] check) {
    return tx.update(ROOT_KEY_MOVED, next, check).mapEmpty();
  }

  static Future<Void> insertKey(
      SystemTx tx, SystemKeyKind kind, int generation, String rootKeyId, byte[] wrapped) {
    return tx.update(NEW_SYSTEM_KEY, kind.word(), generation, rootKeyId, wrapped).mapEmpty();
  }

  static Future<List<StoredKey>> keys(SystemTx tx) {
    return tx.list(SYSTEM_KEYS, InstallationStore::readKey);
  }

  /** System keys that another root key than {@code id} wraps, locked. */
  static Future<List<StoredKey>> keysUnderOthers(SystemTx tx, String id, int most) {
    return tx.list(SYSTEM_KEYS_UNDER_OTHERS, InstallationStore::readKey, id, most);
  }

  static Future<Void> moveKey(SystemTx tx, StoredKey key, String rootKeyId, byte[] wrapped) {
    return tx.update(SYSTEM_KEY_MOVED, key.kind(), key.generation(), rootKeyId, wrapped).mapEmpty();
  }

  private static Head readHead(Row row) {
    return new Head(
        row.getUUID("cluster_id"),
        row.getString("root_key_id"),
        Optional.ofNullable(row.getString("next_root_key_id")),
        row.getBuffer("root_key_check").getBytes(),
        row.getLong("epoch"));
  }

  private static StoredKey readKey(Row row) {
    return new StoredKey(
        row.getString("kind"),
        row.getInteger("generation"),
        row.getString("root_key_id"),
        row.getBuffer("wrapped").getBytes());
  }
}
