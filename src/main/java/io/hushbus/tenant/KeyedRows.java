package io.hushbus.tenant;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.SystemTx;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * The rows of one table that depend on a generation of their tenant's key: by their MAC, and some
 * by a wrapped key. A port: whoever owns such a table implements it, the composition root lists
 * all, and a test compares the list with the schema, so that a rotation forgets none.
 */
public interface KeyedRows {

  /** The table's name. */
  String table();

  /**
   * How many rows of the tenant depend on another generation than {@code primary}; at most {@code
   * most} are counted.
   */
  Future<Long> behind(SystemTx tx, TenantId tenant, int primary, int most);

  /**
   * Puts the next rows under the primary generation of {@code ring}, each only if it is still as it
   * was read: nothing is locked while keys are at work. A row whose MAC does not hold stays as it
   * is, so that no forgery is made genuine.
   *
   * @param after the last row of the batch before, in words of this table; empty at the start
   * @param limit the most rows to move
   */
  Future<Batch> advance(SystemTx tx, Keyring ring, String after, int limit);

  /**
   * What a batch came to.
   *
   * @param last the last row that was looked at; empty if the table has no more
   * @param moved rows that were found behind and moved, or changed by others meanwhile
   * @param broken rows that do not verify and were left alone
   */
  record Batch(Optional<String> last, int moved, int broken) {

    /** What came of {@code found} rows, of which {@code moved} were genuine. */
    public static Batch of(Optional<String> last, int found, int moved) {
      return new Batch(last, moved, found - moved);
    }
  }
}
