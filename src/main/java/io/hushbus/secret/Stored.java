package io.hushbus.secret;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.model.Failure;
import io.hushbus.tenant.MacedRow;
import io.vertx.sqlclient.Row;

/** What a row says, with the MAC that says whether the broker wrote it so. */
record Stored<T>(T value, RowMac mac) {

  /** The MAC of {@code row}, from its columns {@code mac_generation} and {@code row_mac}. */
  static RowMac mac(Row row, String prefix) {
    return MacedRow.mac(row, prefix);
  }

  /**
   * The value, if the MAC over {@code canonical} holds; a row that another hand wrote or edited is
   * an integrity failure.
   */
  T checked(Keyring keyring, Canonical canonical, String kind) {
    if (!keyring.verifies(canonical, mac)) {
      throw Failure.integrity(kind);
    }
    return value;
  }
}
