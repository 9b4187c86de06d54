package io.hushbus.tenant;

import io.hushbus.crypto.Keyring.WrappedKek;
import io.hushbus.db.Tx;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;

/** Rows of table tenant_key. */
final class KeyStore {

  /** One generation and whether it is the one for new work. */
  record Generation(WrappedKek kek, boolean primary) {}

  private static final String GENERATIONS =
      """
      SELECT generation, root_key_id, wrapped, key_check, is_primary FROM tenant_key
      WHERE tenant_id = $1
      """;

  private static final String RESERVE_SEALS =
      """
      UPDATE tenant_key SET seals = seals + $3
      WHERE tenant_id = $1 AND generation = $2 AND seals + $3 <= $4
      """;

  private KeyStore() {}

  static Future<List<Generation>> generations(Tx tx) {
    return tx.list(GENERATIONS, KeyStore::read, tx.tenant());
  }

  /** Whether {@code count} more seals are within {@code most}; if so they are taken. */
  static Future<Boolean> reserve(Tx tx, int generation, long count, long most) {
    return tx.update(RESERVE_SEALS, tx.tenant(), generation, count, most).map(rows -> rows == 1);
  }

  private static Generation read(Row row) {
    WrappedKek kek =
        new WrappedKek(
            row.getInteger("generation"),
            row.getString("root_key_id"),
            row.getBuffer("wrapped").getBytes(),
            row.getBuffer("key_check").getBytes());
    return new Generation(kek, row.getBoolean("is_primary"));
  }
}
