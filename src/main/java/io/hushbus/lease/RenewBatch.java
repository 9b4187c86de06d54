package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.db.BatchTx;
import io.hushbus.db.Coalescer;
import io.hushbus.event.Ledger;
import io.hushbus.model.Grant;
import io.hushbus.model.LeaseId;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.hushbus.secret.SecretOpener;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Commits renewals in groups, as {@link GrantBatch} does grants: three statements serve all. Takes
 * the plain ones alone; what belongs to a run or was adopted, holds several versions, or is locked
 * by somebody, is left for the long way, which waits and asks more.
 */
final class RenewBatch {

  /**
   * A renewal that is asked for.
   *
   * @param grant to renew one's own
   */
  record Ask(Grant grant, LeaseId id, Optional<Duration> ttl, Keyring keyring, LeaseBounds bounds) {

    TenantId tenant() {
      return grant.tenant();
    }
  }

  /** What becomes of a lease: its new row, and what its holder is told. */
  record Done(
      Ask ask, LeaseBatchStore.Locked locked, Lease next, RowMac mac, Leases.Renewed told) {}

  private final LeaseBatchStore store = new LeaseBatchStore();
  private final Commits commits;
  private final SecretOpener secrets;
  private final Uuids ids;
  private final Coalescer<Ask, Future<Optional<Leases.Renewed>>> batches;

  RenewBatch(Commits commits, SecretOpener secrets, Uuids ids) {
    this.commits = commits;
    this.secrets = secrets;
    this.ids = ids;
    this.batches = commits.gathering(this::commit);
  }

  /**
   * The lease as it is once that is committed with its audit record; empty if it is for the long
   * way, and nothing was done. Fails as {@link Leases#renew}.
   */
  Future<Optional<Leases.Renewed>> submit(Ask ask) {
    return batches
        .submit(ask)
        .recover(cause -> Future.failedFuture(Ledger.unrecorded(cause)))
        .compose(answer -> answer);
  }

  private Future<List<Future<Optional<Leases.Renewed>>>> commit(List<Ask> asks) {
    List<TenantId> tenants = asks.stream().map(Ask::tenant).distinct().toList();
    return commits.transaction(tenants, tx -> renewed(tx, asks));
  }

  private Future<List<Future<Optional<Leases.Renewed>>>> renewed(BatchTx tx, List<Ask> asks) {
    return store
        .lock(tx, asks)
        .compose(
            locked ->
                secrets.held(tx, holdings(asks, locked)).map(found -> decided(asks, locked, found)))
        .map(decided -> written(tx, decided));
  }

  /** Each version that is held, to be read and checked once for all leases on it. */
  private static List<SecretOpener.Holding> holdings(
      List<Ask> asks, Map<Integer, LeaseBatchStore.Locked> locked) {
    Set<SecretOpener.Holding> all = new HashSet<>();
    locked.forEach((index, row) -> all.add(holding(asks.get(index), row)));
    return List.copyOf(all);
  }

  private static SecretOpener.Holding holding(Ask ask, LeaseBatchStore.Locked row) {
    Lease lease = row.stored().lease();
    return new SecretOpener.Holding(ask.keyring(), lease.secret(), lease.version());
  }

  /** For each ask what it comes to; of two for one lease the first goes before. */
  private static List<Future<Optional<Done>>> decided(
      List<Ask> asks,
      Map<Integer, LeaseBatchStore.Locked> locked,
      Map<SecretOpener.Holding, Future<SecretOpener.Found>> found) {
    List<Future<Optional<Done>>> decided = new ArrayList<>(asks.size());
    Set<LeaseId> taken = new HashSet<>();
    for (int i = 0; i < asks.size(); i++) {
      Ask ask = asks.get(i);
      LeaseBatchStore.Locked row = locked.get(i);
      decided.add(
          row != null && taken.add(ask.id())
              ? decided(ask, row, found.get(holding(ask, row)))
              : Future.succeededFuture(Optional.empty()));
    }
    return decided;
  }

  private static Future<Optional<Done>> decided(
      Ask ask, LeaseBatchStore.Locked row, @Nullable Future<SecretOpener.Found> version) {
    if (!row.stored().lease().isHeldBy(ask.grant().caller())) {
      return Future.failedFuture(Leases.missing());
    }
    return version == null
        ? LiveLeases.gone()
        : version.map(found -> Optional.of(done(ask, row, found)));
  }

  private static Done done(Ask ask, LeaseBatchStore.Locked row, SecretOpener.Found found) {
    LiveLeases.Live live = LiveLeases.plain(ask.keyring(), row.stored(), found);
    Leases.Extended extended = Leases.extended(live, ask.ttl(), ask.bounds());
    return new Done(
        ask,
        row,
        extended.next(),
        ask.keyring().mac(extended.next().canonical(ask.tenant())),
        extended.told());
  }

  /** COMMIT goes out with what is written; the answers are given after it. */
  private List<Future<Optional<Leases.Renewed>>> written(
      BatchTx tx, List<Future<Optional<Done>>> decided) {
    List<Done> done =
        decided.stream().filter(Future::succeeded).flatMap(one -> one.result().stream()).toList();
    List<Future<Optional<Leases.Renewed>>> answers =
        decided.stream().map(one -> one.map(made -> made.map(Done::told))).toList();
    if (!done.isEmpty()) {
      tx.trust(store.renew(tx, done, ids));
    }
    return answers;
  }
}
