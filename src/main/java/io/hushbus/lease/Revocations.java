package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Tx;
import io.hushbus.model.Uuids;
import io.vertx.core.Future;

/** Ends many leases by one row, in the transaction of whatever ends them. */
final class Revocations {

  private final Uuids ids;
  private final LeaseMeters meters;
  private final RunStore clock = new RunStore();
  private final RevocationStore store = new RevocationStore();

  Revocations(Uuids ids, LeaseMeters meters) {
    this.ids = ids;
    this.meters = meters;
  }

  /**
   * Ends every lease that matches and was issued up to now; how many of them were live. Written
   * even if none was: a grant that began before may be about to commit.
   */
  Future<Integer> mark(Tx tx, Keyring keyring, Revocation.Selector of, String by) {
    return store
        .count(tx, of)
        .compose(
            live ->
                clock
                    .now(tx)
                    .map(now -> new Revocation(ids.ordered(), of, now, by))
                    .compose(
                        mark -> store.insert(tx, mark, keyring.mac(mark.canonical(tx.tenant()))))
                    .map(
                        written -> {
                          meters.revoked(live.intValue());
                          return live.intValue();
                        }));
  }
}
