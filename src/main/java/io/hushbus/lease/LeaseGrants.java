package io.hushbus.lease;

import io.hushbus.db.Db;
import io.hushbus.event.Idempotency;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Once;
import io.hushbus.model.RunId;
import io.hushbus.model.SecretId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Grants leases: find what each name stands for, decide the terms, commit the lease and its audit
 * record, and only then open the value. Either all secrets of a request are leased or none.
 */
public final class LeaseGrants {

  /**
   * One for what was seen before and does not stand. The others take two round trips each, so that
   * together they outlast a change that is in the way.
   */
  private static final int ATTEMPTS = 7;

  private final Db db;
  private final GrantBatch batch;
  private final Idempotency idempotency;
  private final LeaseBudgets budgets;
  private final LeaseDrafts drafts;
  private final RunLeases runs;
  private final Disclosure disclosure;
  private final Replays replays;
  private final GrantStore store = new GrantStore();

  LeaseGrants(
      Db db,
      GrantBatch batch,
      Idempotency idempotency,
      LeaseBudgets budgets,
      LeaseDrafts drafts,
      RunLeases runs,
      Disclosure disclosure,
      Replays replays) {
    this.db = db;
    this.batch = batch;
    this.idempotency = idempotency;
    this.budgets = budgets;
    this.drafts = drafts;
    this.runs = runs;
    this.disclosure = disclosure;
    this.replays = replays;
  }

  /**
   * What was granted.
   *
   * @param replayed whether all the leases already lived
   */
  public record Granted(List<LeasedSecret> leases, boolean replayed) {

    private static Granted anew(List<LeasedSecret> leases) {
      return new Granted(leases, false);
    }
  }

  /**
   * Leases on the current versions of everything asked for, values included; the caller closes
   * them.
   *
   * @return {@link Failure.Missing} naming each secret that the cascade does not have or that lacks
   *     the entry; {@link Failure.Conflict} if the secrets keep changing underneath
   */
  public Future<List<LeasedSecret>> grant(Grant grant, LeaseAsk ask) {
    grant.allowing(Action.LEASE_GRANT, ask.scope());
    return budgets.within(
        grant.tenant(),
        ask.scope(),
        ask.secrets().size(),
        () -> again(1, () -> grantNow(grant, ask)));
  }

  private Future<List<LeasedSecret>> grantNow(Grant grant, LeaseAsk ask) {
    return prepare(grant, ask)
        .compose(prepared -> record(prepared).compose(recorded -> disclose(prepared)));
  }

  private Future<Void> record(List<LeaseDrafts.Prepared> prepared) {
    return prepared.isEmpty() ? Future.succeededFuture() : record(prepared, Optional.empty());
  }

  private Future<Void> record(
      List<LeaseDrafts.Prepared> prepared, Optional<Idempotency.Claim> claim) {
    List<GrantStore.Draft> drafts = prepared.stream().map(LeaseDrafts.Prepared::draft).toList();
    return batch
        .submit(new GrantStore.Ask(drafts, claim))
        .map(LeaseGrants::unlessKept)
        .recover(cause -> outwaited(prepared, cause));
  }

  /**
   * Fails as before, but if somebody else was first, only once they are done: what is granted
   * passes locked rows by, and a next attempt would find them locked still.
   */
  private Future<Void> outwaited(List<LeaseDrafts.Prepared> prepared, Throwable cause) {
    if (!isRace(cause)) {
      return Future.failedFuture(cause);
    }
    drafts.forget(prepared);
    return db.write(
            prepared.getFirst().found().keyring().tenant(),
            tx -> store.await(tx, prepared.stream().map(LeaseDrafts.Prepared::lease).toList()))
        .transform(waited -> Future.failedFuture(cause));
  }

  /**
   * The leases of a run: the one that it has already for each secret, at its own version, and new
   * ones for the rest.
   *
   * @return {@link Failure.Gone} once the run is over; {@link Failure.Conflict} naming a lease that
   *     was asked for otherwise
   */
  public Future<Granted> grantRun(Grant grant, LeaseAsk ask) {
    grant.allowing(Action.LEASE_GRANT, ask.scope());
    RunId run = ask.run().orElseThrow();
    return again(
        1,
        () ->
            runs.living(grant, run)
                .compose(
                    row ->
                        drafts
                            .find(grant, ask)
                            .compose(
                                hits ->
                                    runs.on(grant.tenant(), run, hits)
                                        .compose(
                                            held ->
                                                standing(grant, ask, hits, held)
                                                    .compose(
                                                        all ->
                                                            granted(
                                                                grant, ask, row, hits, held))))));
  }

  /** What the run has is not what the granting statement decides by. */
  private Future<Void> standing(
      Grant grant, LeaseAsk ask, List<LeaseDrafts.Hit> hits, Map<SecretId, LeaseRows.Stored> held) {
    return Future.all(
            hits.stream()
                .filter(hit -> held.containsKey(hit.found().head().id()))
                .map(hit -> drafts.standing(grant, ask.scope(), hit))
                .toList())
        .mapEmpty();
  }

  private Future<Granted> granted(
      Grant grant,
      LeaseAsk ask,
      RunStore.Stored run,
      List<LeaseDrafts.Hit> hits,
      Map<SecretId, LeaseRows.Stored> held) {
    List<LeaseDrafts.Hit> fresh = new ArrayList<>();
    List<UUID> before = new ArrayList<>();
    for (LeaseDrafts.Hit hit : once(hits)) {
      LeaseRows.Stored lease = held.get(hit.found().head().id());
      if (lease == null) {
        fresh.add(hit);
      } else {
        before.add(RunLeases.same(ask, hit.wanted(), lease));
      }
    }
    return budgets.within(
        grant.tenant(),
        ask.scope(),
        fresh.size(),
        () -> grantFresh(grant, ask, run, hits, fresh, before));
  }

  private Future<Granted> grantFresh(
      Grant grant,
      LeaseAsk ask,
      RunStore.Stored run,
      List<LeaseDrafts.Hit> hits,
      List<LeaseDrafts.Hit> fresh,
      List<UUID> before) {
    return budgets
        .bounds(grant.tenant())
        .map(bounds -> bounds.until(run.run().life().deadline()))
        .map(bounds -> drafts.drafts(grant, ask, fresh, bounds))
        .compose(prepared -> all(grant, ask, run, prepared, before, hits));
  }

  /** A secret that two names stand for is leased once. */
  private static List<LeaseDrafts.Hit> once(List<LeaseDrafts.Hit> hits) {
    Map<SecretId, LeaseDrafts.Hit> bySecret = new LinkedHashMap<>();
    hits.forEach(hit -> bySecret.putIfAbsent(hit.found().head().id(), hit));
    return List.copyOf(bySecret.values());
  }

  /** What the run has comes first: where that is refused, nothing new may be recorded. */
  private Future<Granted> all(
      Grant grant,
      LeaseAsk ask,
      RunStore.Stored run,
      List<LeaseDrafts.Prepared> fresh,
      List<UUID> before,
      List<LeaseDrafts.Hit> order) {
    Future<List<LeasedSecret>> known =
        before.isEmpty()
            ? Future.succeededFuture(List.of())
            : replays
                .again(
                    grant,
                    lease -> lease.run().filter(run.run().id()::equals).isPresent(),
                    before,
                    ask.least())
                .recover(LeaseGrants::ended);
    return known.compose(
        lived ->
            record(fresh)
                .compose(recorded -> disclose(fresh))
                .onFailure(cause -> lived.forEach(LeasedSecret::close))
                .map(made -> new Granted(inOrder(order, lived, made), made.isEmpty())));
  }

  /** A lease that ended since it was read: what is asked for can be had anew. */
  private static <T> Future<T> ended(Throwable cause) {
    return Future.failedFuture(cause instanceof Failure.Gone ? raced() : cause);
  }

  private static List<LeasedSecret> inOrder(
      List<LeaseDrafts.Hit> order, List<LeasedSecret> lived, List<LeasedSecret> made) {
    Map<SecretId, LeasedSecret> bySecret = new LinkedHashMap<>();
    Stream.concat(lived.stream(), made.stream())
        .forEach(one -> bySecret.put(one.lease().secret(), one));
    return order.stream()
        .map(hit -> hit.found().head().id())
        .distinct()
        .flatMap(secret -> Stream.ofNullable(bySecret.get(secret)))
        .toList();
  }

  /**
   * As {@link #grant} under an Idempotency-Key: asked again, the answer is the same leases and
   * their values, each disclosure audited anew.
   *
   * @return {@link Failure.Gone} if any of those leases has ended meanwhile
   */
  public Future<Granted> grantOnce(Grant grant, LeaseAsk ask, Once key) {
    grant.allowing(Action.LEASE_GRANT, ask.scope());
    Idempotency.Claim claim = idempotency.claim(grant.tenant(), grant.caller().principal(), key);
    return again(1, () -> grantOnceNow(grant, ask, claim));
  }

  /**
   * Looks for what the key made only where nothing is granted under it, whatever the reason: a
   * replay must not fail for what has changed since, and what is new is spared the look. Where the
   * database is away it cannot be told.
   */
  private Future<Granted> grantOnceNow(Grant grant, LeaseAsk ask, Idempotency.Claim claim) {
    return budgets
        .within(
            grant.tenant(),
            ask.scope(),
            ask.secrets().size(),
            () -> prepare(grant, ask).compose(prepared -> claimed(grant, prepared, claim)))
        .recover(
            cause ->
                cause instanceof Failure.Unavailable
                    ? Future.failedFuture(cause)
                    : madeBefore(grant, claim, cause))
        .compose(Supplier::get);
  }

  /** How it goes on once the key is claimed and what is leased under it is recorded. */
  private Future<Supplier<Future<Granted>>> claimed(
      Grant grant, List<LeaseDrafts.Prepared> prepared, Idempotency.Claim claim) {
    return prepared.isEmpty()
        ? claimed(grant, claim)
        : record(prepared, Optional.of(claim))
            .map(recorded -> () -> disclose(prepared).map(Granted::anew));
  }

  /** That there was nothing to be leased is remembered too. */
  private Future<Supplier<Future<Granted>>> claimed(Grant grant, Idempotency.Claim claim) {
    return db.write(grant.tenant(), tx -> idempotency.claim(tx, claim))
        .map(
            before ->
                before
                    .map(made -> replaying(grant, made))
                    .orElse(() -> Future.succeededFuture(Granted.anew(List.of()))));
  }

  private Future<Supplier<Future<Granted>>> madeBefore(
      Grant grant, Idempotency.Claim claim, Throwable cause) {
    return db.read(grant.tenant(), tx -> idempotency.made(tx, claim))
        .compose(
            before ->
                before
                    .map(made -> Future.succeededFuture(replaying(grant, made)))
                    .orElseGet(() -> Future.failedFuture(cause)));
  }

  private Supplier<Future<Granted>> replaying(Grant grant, List<UUID> made) {
    return () -> replayed(grant, made);
  }

  private Future<Granted> replayed(Grant grant, List<UUID> made) {
    if (made.isEmpty()) {
      return Future.succeededFuture(new Granted(List.of(), true));
    }
    return replays
        .again(grant, lease -> lease.isHeldBy(grant.caller()), made, Optional.empty())
        .map(leases -> new Granted(leases, true));
  }

  private Future<List<LeaseDrafts.Prepared>> prepare(Grant grant, LeaseAsk ask) {
    return budgets
        .bounds(grant.tenant())
        .compose(
            bounds -> drafts.find(grant, ask).map(hits -> drafts.drafts(grant, ask, hits, bounds)));
  }

  /** Opens what is recorded by now. */
  private Future<List<LeasedSecret>> disclose(List<LeaseDrafts.Prepared> recorded) {
    return disclosure.together(
        recorded.stream()
            .map(
                one ->
                    disclosure
                        .open(one.found(), one.lease(), one.lease().terms().issuedAt())
                        .map(opened -> opened.cut(one.by())))
            .toList());
  }

  /** Runs {@code work}, again while somebody else was first. */
  private static <T> Future<T> again(int attempt, Supplier<Future<T>> work) {
    return work.get()
        .recover(
            cause ->
                attempt < ATTEMPTS && isRace(cause)
                    ? again(attempt + 1, work)
                    : Future.failedFuture(cause));
  }

  private static boolean isRace(Throwable cause) {
    return cause instanceof Failure failure
        && failure.asConflict(Failure.Reason.CONCURRENT_CHANGE).isPresent();
  }

  private static Void unlessKept(GrantStore.Became became) {
    return switch (became) {
      case GRANTED -> null;
      case RACED -> throw raced();
      case TAKEN -> throw Idempotency.atWork();
    };
  }

  static Failure raced() {
    return Failure.conflict(Failure.Reason.CONCURRENT_CHANGE);
  }
}
