package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Tx;
import io.hushbus.secret.AdopterLeases;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/** Ends leases under an adoption that has ended, some at a time. */
public final class AdoptionLeases implements AdopterLeases {

  private final LeaseStore store = new LeaseStore();
  private final LeaseMeters meters;

  public AdoptionLeases(LeaseMeters meters) {
    this.meters = meters;
  }

  @Override
  public Future<Integer> revoke(Tx tx, Keyring keyring, UUID adoption, int most) {
    return store
        .liveUnder(tx, adoption, most)
        .compose(
            live ->
                live.isEmpty()
                    ? Future.succeededFuture(0)
                    : end(tx, keyring, live).map(live.size()));
  }

  private Future<Void> end(Tx tx, Keyring keyring, List<LeaseStore.Stored> live) {
    List<Lease> ended = live.stream().map(stored -> stored.lease().revoked(stored.now())).toList();
    live.forEach(one -> meters.revoked());
    return store.revokeAll(
        tx, ended, ended.stream().map(one -> keyring.mac(one.canonical(tx.tenant()))).toList());
  }
}
