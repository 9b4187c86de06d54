package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Tx;
import io.hushbus.secret.AdopterLeases;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/** Ends the leases under an adoption that has ended, some at a time, in its transaction. */
public final class AdoptionLeases implements AdopterLeases {

  private static final int AT_ONCE = 500;

  private final LeaseStore store = new LeaseStore();
  private final LeaseMeters meters;

  public AdoptionLeases(LeaseMeters meters) {
    this.meters = meters;
  }

  @Override
  public Future<Integer> revoke(Tx tx, Keyring keyring, UUID adoption) {
    return revokeFrom(tx, keyring, adoption, 0);
  }

  private Future<Integer> revokeFrom(Tx tx, Keyring keyring, UUID adoption, int before) {
    return store
        .liveUnder(tx, adoption, AT_ONCE)
        .compose(
            live ->
                live.isEmpty()
                    ? Future.succeededFuture(before)
                    : end(tx, keyring, live)
                        .compose(done -> revokeFrom(tx, keyring, adoption, before + live.size())));
  }

  private Future<Void> end(Tx tx, Keyring keyring, List<LeaseStore.Stored> live) {
    List<Lease> ended = live.stream().map(stored -> stored.lease().revoked(stored.now())).toList();
    live.forEach(one -> meters.revoked());
    return store.revokeAll(
        tx, ended, ended.stream().map(one -> keyring.mac(one.canonical(tx.tenant()))).toList());
  }
}
