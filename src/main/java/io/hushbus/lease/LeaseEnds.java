package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Tx;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;

/** Revokes all live leases of a kind, some at a time, in the transaction of what ends them. */
final class LeaseEnds {

  /** The most leases to read at a time. */
  static final int AT_ONCE = 500;

  private final LeaseStore store;
  private final LeaseMeters meters;

  LeaseEnds(LeaseStore store, LeaseMeters meters) {
    this.store = store;
    this.meters = meters;
  }

  /**
   * Revokes what {@code live} gives until it gives nothing.
   *
   * @param live reads and locks some leases that are still live
   * @return how many there were
   */
  Future<Integer> all(Tx tx, Keyring keyring, Supplier<Future<List<LeaseStore.Stored>>> live) {
    return more(tx, keyring, live, 0);
  }

  private Future<Integer> more(
      Tx tx, Keyring keyring, Supplier<Future<List<LeaseStore.Stored>>> live, int before) {
    return live.get()
        .compose(
            some ->
                some.isEmpty()
                    ? Future.succeededFuture(before)
                    : revoke(tx, keyring, some)
                        .compose(done -> more(tx, keyring, live, before + some.size())));
  }

  /** Revokes these, which the transaction holds. */
  Future<Void> revoke(Tx tx, Keyring keyring, List<LeaseStore.Stored> live) {
    List<Lease> ended = live.stream().map(one -> one.lease().revoked(one.now())).toList();
    live.forEach(one -> meters.revoked());
    return store.revokeAll(
        tx, ended, ended.stream().map(one -> keyring.mac(one.canonical(tx.tenant()))).toList());
  }
}
