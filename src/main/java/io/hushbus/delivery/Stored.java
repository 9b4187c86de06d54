package io.hushbus.delivery;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.RowMac;
import io.vertx.sqlclient.Row;
import java.util.UUID;

/**
 * A row as it is in the database, which may be anybody's text until its MAC was checked.
 *
 * @param table and {@code id} name the row in the alarm
 */
record Stored<T>(T value, String table, UUID id, Canonical content, RowMac mac) {

  static RowMac mac(Row row) {
    return new RowMac(row.getInteger("mac_generation"), row.getBuffer("row_mac").getBytes());
  }
}
