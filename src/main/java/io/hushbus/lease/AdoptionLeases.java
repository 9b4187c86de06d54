package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Tx;
import io.hushbus.secret.AdopterLeases;
import io.vertx.core.Future;
import java.util.UUID;

/** Ends leases under an adoption that has ended, some at a time. */
public final class AdoptionLeases implements AdopterLeases {

  private final LeaseStore store = new LeaseStore();
  private final LeaseEnds ends;

  public AdoptionLeases(LeaseMeters meters) {
    this.ends = new LeaseEnds(store, meters);
  }

  @Override
  public Future<Integer> revoke(Tx tx, Keyring keyring, UUID adoption, int most) {
    return store
        .liveUnder(tx, adoption, most)
        .compose(
            live ->
                live.isEmpty()
                    ? Future.succeededFuture(0)
                    : ends.revoke(tx, keyring, live).map(live.size()));
  }
}
