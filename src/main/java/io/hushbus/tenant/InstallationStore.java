package io.hushbus.tenant;

import io.hushbus.crypto.SystemKeyKind;
import io.hushbus.db.SystemTx;
import io.hushbus.model.Failure;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Rows of tables installation and system_key, which belong to no tenant. */
final class InstallationStore {

  record Head(UUID cluster, String rootKeyId, byte[] check, long epoch) {}

  record StoredKey(String kind, int generation, byte[] wrapped) {}

  private static final String NEW_INSTALLATION =
      """
      INSERT INTO installation (cluster_id, root_key_id, root_key_check) VALUES ($1, $2, $3)
      """;

  private static final String INSTALLATION =
      """
      SELECT cluster_id, root_key_id, root_key_check, epoch FROM installation
      """;

  private static final String NEW_SYSTEM_KEY =
      """
      INSERT INTO system_key (kind, generation, root_key_id, wrapped) VALUES ($1, $2, $3, $4)
      """;

  private static final String SYSTEM_KEYS =
      """
      SELECT kind, generation, wrapped FROM system_key
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
    return tx.one(
        INSTALLATION,
        row ->
            new Head(
                row.getUUID("cluster_id"),
                row.getString("root_key_id"),
                row.getBuffer("root_key_check").getBytes(),
                row.getLong("epoch")));
  }

  static Future<Void> insertKey(
      SystemTx tx, SystemKeyKind kind, int generation, String rootKeyId, byte[] wrapped) {
    return tx.update(NEW_SYSTEM_KEY, kind.word(), generation, rootKeyId, wrapped).mapEmpty();
  }

  static Future<List<StoredKey>> keys(SystemTx tx) {
    return tx.list(
        SYSTEM_KEYS,
        row ->
            new StoredKey(
                row.getString("kind"),
                row.getInteger("generation"),
                row.getBuffer("wrapped").getBytes()));
  }
}
