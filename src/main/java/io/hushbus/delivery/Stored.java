package io.hushbus.delivery;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.RowMac;
import io.hushbus.model.EventPosition;
import io.vertx.sqlclient.Row;
import java.util.UUID;

/**
 * A row as it is in the database, which may be anybody's text until its MAC was checked.
 *
 * @param table and {@code id} name the row in the alarm
 * @param kept the place in the log that is kept in it
 */
record Stored<T>(T value, String table, UUID id, Canonical content, RowMac mac, Kept kept) {

  /** A place, and what vouches for it: see {@link Cursors#mark}. */
  @SuppressWarnings("ArrayRecordComponent") // only ever read, and compared in constant time
  record Kept(EventPosition at, byte[] mark) {

    static Kept read(Row row, String epoch, String number) {
      return new Kept(
          new EventPosition(row.getLong(epoch), row.getLong(number)),
          row.getBuffer("place_mac").getBytes());
    }
  }

  static RowMac mac(Row row) {
    return new RowMac(row.getInteger("mac_generation"), row.getBuffer("row_mac").getBytes());
  }
}
