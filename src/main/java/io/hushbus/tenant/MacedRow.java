package io.hushbus.tenant;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.vertx.sqlclient.Row;
import java.util.Optional;

/**
 * A row by what depends on its tenant's key.
 *
 * @param content what the MAC covers
 * @param wrapped what else of the row is under the key, if anything
 */
public record MacedRow(Canonical content, RowMac mac, Optional<Wrapped> wrapped) {

  /** Something that is kept under a tenant's key, and can be put under another generation of it. */
  @FunctionalInterface
  public interface Wrapped {

    /**
     * As the primary generation of {@code ring} keeps it.
     *
     * @throws io.hushbus.model.Failure.Integrity if it does not open
     */
    byte[] under(Keyring ring);
  }

  /** A row with nothing but its MAC under the key. */
  public static MacedRow of(Canonical content, RowMac mac) {
    return new MacedRow(content, mac, Optional.empty());
  }

  /** The MAC of {@code row}, from its columns {@code mac_generation} and {@code row_mac}. */
  public static RowMac mac(Row row, String prefix) {
    return new RowMac(
        row.getInteger(prefix + "mac_generation"), row.getBuffer(prefix + "row_mac").getBytes());
  }

  /** Whether the broker wrote the row as it is; false also if its generation is not known. */
  boolean genuine(Keyring ring) {
    return ring.knows(mac.generation()) && ring.verifies(content, mac);
  }
}
