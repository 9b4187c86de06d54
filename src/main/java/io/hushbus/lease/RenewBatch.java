package io.hushbus.lease;

import io.hushbus.db.BatchTx;
import io.hushbus.db.Coalescer;
import io.hushbus.event.Ledger;
import io.hushbus.model.LeaseId;
import io.hushbus.model.TenantId;
import io.hushbus.secret.SecretOpener;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Commits renewals in groups, as {@link GrantBatch} does grants: three statements serve all, which
 * lock the leases, read the versions that they are on, and write.
 */
final class RenewBatch {

  /** What becomes of a lease that was read and is locked. */
  record Locked(LeaseBatchStore.Locked row, Renewals.Done done) {}

  private final Commits commits;
  private final SecretOpener secrets;
  private final LeaseBatchStore store;
  private final Coalescer<Renewals.Ask, Future<Optional<Renewals.Done>>> batches;

  RenewBatch(Commits commits, SecretOpener secrets, LeaseBatchStore store) {
    this.commits = commits;
    this.secrets = secrets;
    this.store = store;
    this.batches = commits.gathering(this::commit);
  }

  /**
   * The lease as it is once that is committed with its audit record; empty if it is for the long
   * way, and nothing was done. Fails as {@link Leases#renew}.
   */
  Future<Optional<Renewals.Done>> submit(Renewals.Ask ask) {
    return batches
        .submit(ask)
        .recover(cause -> Future.failedFuture(Ledger.unrecorded(cause)))
        .compose(answer -> answer);
  }

  private Future<List<Future<Optional<Renewals.Done>>>> commit(List<Renewals.Ask> asks) {
    List<TenantId> tenants = asks.stream().map(Renewals.Ask::tenant).distinct().toList();
    return commits.transaction(tenants, tx -> renewed(tx, asks));
  }

  private Future<List<Future<Optional<Renewals.Done>>>> renewed(
      BatchTx tx, List<Renewals.Ask> asks) {
    return store
        .lock(tx, asks)
        .compose(
            locked -> {
              locked.values().forEach(row -> secrets.heard(row.stored().now()));
              return secrets
                  .held(tx, holdings(asks, locked))
                  .map(held -> decided(asks, locked, held));
            })
        .map(decided -> written(tx, decided));
  }

  /** Each version that is held, to be read and checked once for all leases on it. */
  private static List<SecretOpener.Holding> holdings(
      List<Renewals.Ask> asks, Map<Integer, LeaseBatchStore.Locked> locked) {
    Set<SecretOpener.Holding> all = new HashSet<>();
    locked.forEach((index, row) -> all.add(holding(asks.get(index), row)));
    return List.copyOf(all);
  }

  private static SecretOpener.Holding holding(Renewals.Ask ask, LeaseBatchStore.Locked row) {
    Lease lease = row.stored().lease();
    return new SecretOpener.Holding(ask.keyring(), lease.secret(), lease.version());
  }

  /** For each ask what it comes to; of two for one lease the first goes before. */
  private static List<Future<Optional<Locked>>> decided(
      List<Renewals.Ask> asks,
      Map<Integer, LeaseBatchStore.Locked> locked,
      Map<SecretOpener.Holding, Future<SecretOpener.Held>> held) {
    List<Future<Optional<Locked>>> decided = new ArrayList<>(asks.size());
    Set<LeaseId> taken = new HashSet<>();
    for (int i = 0; i < asks.size(); i++) {
      Renewals.Ask ask = asks.get(i);
      LeaseBatchStore.Locked row = locked.get(i);
      decided.add(
          row != null && taken.add(ask.id())
              ? decided(ask, row, held.get(holding(ask, row)))
              : Future.succeededFuture(Optional.empty()));
    }
    return decided;
  }

  private static Future<Optional<Locked>> decided(
      Renewals.Ask ask, LeaseBatchStore.Locked row, @Nullable Future<SecretOpener.Held> version) {
    if (!row.stored().lease().isHeldBy(ask.grant().caller())) {
      return Future.failedFuture(Leases.missing());
    }
    return version == null
        ? LiveLeases.gone()
        : version.map(held -> Optional.of(new Locked(row, done(ask, row, held))));
  }

  private static Renewals.Done done(
      Renewals.Ask ask, LeaseBatchStore.Locked row, SecretOpener.Held held) {
    LiveLeases.Live live = LiveLeases.plain(ask.keyring(), row.stored(), held.found());
    return ask.of(live.lease(), live.now(), live.standing(), held.stamp());
  }

  /** COMMIT goes out with what is written; the answers are given after it. */
  private List<Future<Optional<Renewals.Done>>> written(
      BatchTx tx, List<Future<Optional<Locked>>> decided) {
    List<Locked> done =
        decided.stream().filter(Future::succeeded).flatMap(one -> one.result().stream()).toList();
    if (!done.isEmpty()) {
      tx.trust(store.renew(tx, done));
    }
    return decided.stream().map(one -> one.map(made -> made.map(Locked::done))).toList();
  }
}
