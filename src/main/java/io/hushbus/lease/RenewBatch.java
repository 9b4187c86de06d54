package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.db.BatchTx;
import io.hushbus.db.Coalescer;
import io.hushbus.event.Ledger;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.LeaseId;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.hushbus.secret.SecretOpener;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Commits renewals in groups, as {@link GrantBatch} does grants: three statements serve all, and
 * one those whose leases this node wrote last, where they are as it left them. Takes the plain ones
 * alone; what belongs to a run or was adopted, holds several versions, or is locked by somebody, is
 * left for the long way, which waits and asks more.
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
  record Done(Ask ask, RecentLeases.Known next, Leases.Renewed told) {}

  /** The same of one that was read and is locked. */
  record Locked(LeaseBatchStore.Locked row, Done done) {}

  /**
   * The same of one that has to be as it was {@code before}.
   *
   * @param place of its job in the batch
   * @param now when, by the database's clock, and never ahead of it
   */
  record Again(int place, Instant now, RecentLeases.Known before, Done done) {}

  private record Job(Ask ask, Optional<RecentLeases.Known> known) {

    boolean isUnknown() {
      return known.isEmpty();
    }
  }

  private final LeaseBatchStore store = new LeaseBatchStore();
  private final RecentLeases recent = new RecentLeases();
  private final Commits commits;
  private final SecretOpener secrets;
  private final Uuids ids;
  private final Coalescer<Job, Future<Optional<Done>>> batches;

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
    return recent
        .take(ask.tenant(), ask.id())
        .filter(known -> known.lease().isHeldBy(ask.grant().caller()))
        .map(known -> committed(new Job(ask, Optional.of(known))))
        .orElseGet(() -> Future.succeededFuture(Optional.empty()))
        .compose(
            done ->
                done.isPresent()
                    ? Future.succeededFuture(done)
                    : committed(new Job(ask, Optional.empty())))
        .map(done -> done.map(this::told));
  }

  private Leases.Renewed told(Done done) {
    recent.put(done.ask().tenant(), done.next());
    return done.told();
  }

  private Future<Optional<Done>> committed(Job job) {
    return batches
        .submit(job)
        .recover(cause -> Future.failedFuture(Ledger.unrecorded(cause)))
        .compose(answer -> answer);
  }

  /** Of a lease that is known and is not as it was nothing is done, and the answer is empty. */
  private Future<List<Future<Optional<Done>>>> commit(List<Job> jobs) {
    List<Again> known = again(jobs);
    List<Integer> unknown =
        IntStream.range(0, jobs.size()).boxed().filter(at -> jobs.get(at).isUnknown()).toList();
    List<TenantId> tenants = jobs.stream().map(job -> job.ask().tenant()).distinct().toList();
    if (!unknown.isEmpty()) {
      return commits.transaction(tenants, tx -> both(tx, jobs, known, unknown));
    }
    return known.isEmpty()
        ? Future.succeededFuture(answers(jobs.size(), Map.of()))
        : commits
            .statement(tenants, tx -> again(tx, known))
            .map(done -> answers(jobs.size(), done));
  }

  private Future<List<Future<Optional<Done>>>> both(
      BatchTx tx, List<Job> jobs, List<Again> known, List<Integer> unknown) {
    Future<Map<Integer, Future<Optional<Done>>>> first =
        known.isEmpty() ? Future.succeededFuture(new HashMap<>()) : again(tx, known);
    tx.trust(first);
    return renewed(tx, unknown.stream().map(place -> jobs.get(place).ask()).toList())
        .compose(
            rest ->
                first.map(
                    done -> {
                      for (int i = 0; i < rest.size(); i++) {
                        done.put(unknown.get(i), rest.get(i));
                      }
                      return answers(jobs.size(), done);
                    }));
  }

  private static List<Future<Optional<Done>>> answers(
      int jobs, Map<Integer, Future<Optional<Done>>> byPlace) {
    Future<Optional<Done>> none = Future.succeededFuture(Optional.empty());
    return IntStream.range(0, jobs).mapToObj(place -> byPlace.getOrDefault(place, none)).toList();
  }

  /** What becomes of those that are known, if nobody has touched them. */
  private List<Again> again(List<Job> jobs) {
    Optional<Instant> now = secrets.now().map(at -> at.truncatedTo(ChronoUnit.MILLIS));
    List<Again> all = new ArrayList<>();
    for (int place = 0; now.isPresent() && place < jobs.size(); place++) {
      Job job = jobs.get(place);
      if (job.known().isPresent()) {
        again(place, job.ask(), job.known().get(), now.get()).ifPresent(all::add);
      }
    }
    return all;
  }

  /** What is refused is looked at again, by what is there. */
  private static Optional<Again> again(int place, Ask ask, RecentLeases.Known known, Instant now) {
    try {
      Done done = done(ask, known.lease(), now, known.standing(), known.stamp());
      return Optional.of(new Again(place, now, known, done));
    } catch (Failure refused) {
      return Optional.empty();
    }
  }

  /** By the places of those that were as they had been left. */
  private Future<Map<Integer, Future<Optional<Done>>>> again(BatchTx tx, List<Again> known) {
    return store
        .again(tx, known, ids)
        .map(
            written -> {
              secrets.heard(written.now());
              Map<Integer, Future<Optional<Done>>> all = new HashMap<>();
              for (Integer number : written.numbers()) {
                Again one = known.get(number);
                all.put(one.place(), Future.succeededFuture(Optional.of(one.done())));
              }
              return all;
            });
  }

  private Future<List<Future<Optional<Done>>>> renewed(BatchTx tx, List<Ask> asks) {
    return store
        .lock(tx, asks)
        .compose(
            locked -> {
              locked.values().forEach(row -> secrets.heard(row.stored().now()));
              return secrets
                  .held(tx, holdings(asks, locked))
                  .map(found -> decided(asks, locked, found));
            })
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
  private static List<Future<Optional<Locked>>> decided(
      List<Ask> asks,
      Map<Integer, LeaseBatchStore.Locked> locked,
      Map<SecretOpener.Holding, Future<SecretOpener.Held>> held) {
    List<Future<Optional<Locked>>> decided = new ArrayList<>(asks.size());
    Set<LeaseId> taken = new HashSet<>();
    for (int i = 0; i < asks.size(); i++) {
      Ask ask = asks.get(i);
      LeaseBatchStore.Locked row = locked.get(i);
      decided.add(
          row != null && taken.add(ask.id())
              ? decided(ask, row, held.get(holding(ask, row)))
              : Future.succeededFuture(Optional.empty()));
    }
    return decided;
  }

  private static Future<Optional<Locked>> decided(
      Ask ask, LeaseBatchStore.Locked row, @Nullable Future<SecretOpener.Held> version) {
    if (!row.stored().lease().isHeldBy(ask.grant().caller())) {
      return Future.failedFuture(Leases.missing());
    }
    return version == null
        ? LiveLeases.gone()
        : version.map(held -> Optional.of(new Locked(row, done(ask, row, held))));
  }

  private static Done done(Ask ask, LeaseBatchStore.Locked row, SecretOpener.Held held) {
    LiveLeases.Live live = LiveLeases.plain(ask.keyring(), row.stored(), held.found());
    return done(ask, live.lease(), live.now(), live.standing(), held.stamp());
  }

  private static Done done(
      Ask ask, Lease before, Instant now, LiveLeases.Standing standing, String stamp) {
    Leases.Extended extended = Leases.extended(before, now, standing, ask.ttl(), ask.bounds());
    Lease next = extended.next();
    RowMac mac = ask.keyring().mac(next.canonical(ask.tenant()));
    return new Done(ask, new RecentLeases.Known(next, mac, standing, stamp), extended.told());
  }

  /** COMMIT goes out with what is written; the answers are given after it. */
  private List<Future<Optional<Done>>> written(BatchTx tx, List<Future<Optional<Locked>>> decided) {
    List<Locked> done =
        decided.stream().filter(Future::succeeded).flatMap(one -> one.result().stream()).toList();
    if (!done.isEmpty()) {
      tx.trust(store.renew(tx, done, ids));
    }
    return decided.stream().map(one -> one.map(made -> made.map(Locked::done))).toList();
  }
}
