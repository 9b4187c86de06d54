package io.hushbus.tenant;

import io.hushbus.db.Statements;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.UUID;

/** The table tenant_inventory. */
final class InventoryStore {

  private static final String READ =
      """
      SELECT i.change, i.secrets, i.highest, i.epoch, i.position, i.nonce, i.masked, i.mac,
        coalesce(t.epoch, 0) AS stream_epoch, coalesce(t.head, 0) AS stream_head
      FROM tenant_inventory i LEFT JOIN tenant_stream t ON t.tenant_id = i.tenant_id
      WHERE i.tenant_id = $1
      """;

  /** Whoever changes what counts waits from here on. */
  private static final String HOLD = READ + " FOR UPDATE OF i";

  private static final String WRITE =
      """
      UPDATE tenant_inventory
      SET change = $2, secrets = $3, highest = $4, epoch = $5, position = $6, nonce = $7,
          masked = $8, mac = $9
      WHERE tenant_id = $1
      """;

  private static final String MAKE =
      """
      INSERT INTO tenant_inventory (tenant_id) VALUES ($1) ON CONFLICT (tenant_id) DO NOTHING
      """;

  /**
   * The row as it is stored.
   *
   * @param epoch and {@code position}: no event log of the tenant may be before them
   * @param mac empty where nobody has counted yet
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared as a whole, never changed
  record Row(
      long change,
      long secrets,
      long highest,
      long epoch,
      long position,
      UUID nonce,
      byte[] masked,
      byte[] mac) {

    Row with(byte[] sum, byte[] tag) {
      return new Row(change, secrets, highest, epoch, position, nonce, sum, tag);
    }

    boolean isCounted() {
      return mac.length > 0;
    }
  }

  /** The same, and where the event log stands. */
  record Found(Row row, long epoch, long position) {

    /** Whether the log is before what the row has seen of it. */
    boolean isLogBehind() {
      return epoch < row.epoch() || (epoch == row.epoch() && position < row.position());
    }
  }

  private InventoryStore() {}

  static Future<Optional<Found>> read(Statements tx, TenantId tenant) {
    return tx.one(READ, InventoryStore::found, tenant);
  }

  /** The same, locked to the end of the transaction. */
  static Future<Optional<Found>> hold(Statements tx, TenantId tenant) {
    return tx.one(HOLD, InventoryStore::found, tenant);
  }

  static Future<Void> write(Statements tx, TenantId tenant, Row row) {
    return tx.update(
            WRITE,
            tenant,
            row.change(),
            row.secrets(),
            row.highest(),
            row.epoch(),
            row.position(),
            row.nonce(),
            row.masked(),
            row.mac())
        .mapEmpty();
  }

  /** Makes the row if it is not there, uncounted. */
  static Future<Void> make(Statements tx, TenantId tenant) {
    return tx.update(MAKE, tenant).mapEmpty();
  }

  private static Found found(io.vertx.sqlclient.Row row) {
    return new Found(
        new Row(
            row.getLong("change"),
            row.getLong("secrets"),
            row.getLong("highest"),
            row.getLong("epoch"),
            row.getLong("position"),
            row.getUUID("nonce"),
            row.getBuffer("masked").getBytes(),
            row.getBuffer("mac").getBytes()),
        row.getLong("stream_epoch"),
        row.getLong("stream_head"));
  }
}
