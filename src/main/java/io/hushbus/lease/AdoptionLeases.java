package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Tx;
import io.hushbus.secret.AdopterLeases;
import io.vertx.core.Future;
import java.util.UUID;

/** Ends the leases under an adoption that has ended, some at a time, in its transaction. */
public final class AdoptionLeases implements AdopterLeases {

  private final LeaseStore store = new LeaseStore();
  private final LeaseEnds ends;

  public AdoptionLeases(LeaseMeters meters) {
    this.ends = new LeaseEnds(store, meters);
  }

  @Override
  public Future<Integer> revoke(Tx tx, Keyring keyring, UUID adoption) {
    return ends.all(tx, keyring, () -> store.liveUnder(tx, adoption, LeaseEnds.AT_ONCE));
  }
}
