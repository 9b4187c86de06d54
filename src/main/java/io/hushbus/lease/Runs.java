package io.hushbus.lease;

import io.hushbus.access.RunTokens;
import io.hushbus.crypto.Keyring;
import io.hushbus.db.Db;
import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.event.Making;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Principal;
import io.hushbus.model.Resource;
import io.hushbus.model.RunId;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * The life of runs. Whether one lives follows from its row and the database's time whenever that is
 * asked, so that its end, written down or not, ends all its leases in the same moment.
 */
public final class Runs {

  static final String KIND = "run";

  /** A run as it stands. */
  public record View(Run run, Run.State state, Instant now) {}

  /**
   * A run that was opened, and its token, which is shown this once and closed by whoever shows it.
   *
   * @param token empty where the same request opened it before
   */
  public record Opened(View view, Optional<SecretValue> token) {}

  /** Which run it is to the access policy, and whose; and what was fixed when it was opened. */
  public record Located(
      Principal holder,
      Resource resource,
      Scope scope,
      Optional<ObjectName> environment,
      Optional<Run.Delivery> delivery) {}

  /**
   * What a list is limited to.
   *
   * @param projects those of which everything may be seen; empty: all
   */
  public record Filter(
      Optional<List<UUID>> projects,
      Optional<UUID> project,
      Optional<UUID> domain,
      Optional<String> externalId,
      Optional<ObjectName> environment,
      Optional<Run.State> state,
      Optional<UUID> before,
      int limit) {}

  private final Db db;
  private final Ledger ledger;
  private final Keyrings keyrings;
  private final RunTokens tokens;
  private final Uuids ids;
  private final Duration heartbeat;
  private final Budget budget;
  private final HolderWatch watch;
  private final RunStore store = new RunStore();
  private final RevocationStore marks = new RevocationStore();

  /**
   * @param heartbeat within which time a run that says nothing else has to beat
   * @param budget how many runs may be open
   */
  Runs(
      Db db,
      Ledger ledger,
      Keyrings keyrings,
      RunTokens tokens,
      Uuids ids,
      Duration heartbeat,
      Budget budget,
      HolderWatch watch) {
    this.watch = watch;
    this.db = db;
    this.ledger = ledger;
    this.keyrings = keyrings;
    this.tokens = tokens;
    this.ids = ids;
    this.heartbeat = heartbeat;
    this.budget = budget;
  }

  /**
   * Opens a run for the caller.
   *
   * @return {@link Failure.Conflict} naming the run, if that attempt has one already; {@link
   *     Failure.OverBudget} if too many are open
   */
  public Future<Opened> open(Grant grant, RunAsk ask) {
    grant.allowing(Action.RUN_OPEN, ask.scope());
    return madeBefore(grant)
        .compose(
            before ->
                before.isPresent()
                    ? Future.succeededFuture(before.get())
                    : budget.within(opened(grant, ask), 1, () -> create(grant, ask)));
  }

  private static Budgeted opened(Grant grant, RunAsk ask) {
    return new Budgeted(
        grant.tenant(), Budgeted.What.RUNS, ask.scope().inProject().map(Scope.Place::id));
  }

  private Future<Optional<Opened>> madeBefore(Grant grant) {
    return withKeys(grant.tenant(), keyring -> ledger.madeBefore(grant, making(grant, keyring)));
  }

  private Future<Opened> create(Grant grant, RunAsk ask) {
    return withKeys(
        grant.tenant(),
        keyring ->
            ledger.create(grant, making(grant, keyring), tx -> openIn(tx, grant, keyring, ask)));
  }

  private Making<Tx, Opened> making(Grant grant, Keyring keyring) {
    return Making.of(
        KIND,
        opened -> opened.view().run().id().value(),
        (tx, made) ->
            store
                .find(tx, tx.tenant(), new RunId(made.getFirst()))
                .map(
                    found ->
                        found
                            .filter(row -> row.genuine(keyring) && row.lives())
                            .filter(row -> row.run().openedBy().equals(grant.caller().principal()))
                            .map(row -> new Opened(view(row), Optional.empty()))));
  }

  private Future<Change<Opened>> openIn(Tx tx, Grant grant, Keyring keyring, RunAsk ask) {
    return store
        .now(tx)
        .map(now -> ask.life(now, heartbeat))
        .compose(
            life -> {
              RunTokens.Minted minted = tokens.mint();
              Run run = run(grant, ask, life, minted);
              return store
                  .insert(tx, run, keyring.mac(run.canonical(tx.tenant())))
                  .compose(fresh -> fresh ? Future.succeededFuture() : taken(tx, ask))
                  .onFailure(refused -> minted.close())
                  .map(opened -> opened(run, minted.token()));
            });
  }

  private Run run(Grant grant, RunAsk ask, Run.Life life, RunTokens.Minted minted) {
    return new Run(
        new RunId(ids.ordered()),
        ask.scope(),
        ask.environment(),
        ask.externalId(),
        ask.attempt(),
        grant.caller().principal(),
        new Run.Token(minted.mac(), minted.generation()),
        ask.delivery(),
        life);
  }

  private static Change<Opened> opened(Run run, SecretValue token) {
    View view = new View(run, Run.State.OPEN, run.life().openedAt());
    return Change.of(new Opened(view, Optional.of(token)), trace(run));
  }

  private Future<Void> taken(Tx tx, RunAsk ask) {
    UUID project = ask.scope().inProject().map(Scope.Place::id).orElseThrow();
    return store
        .ofAttempt(tx, project, ask.externalId(), ask.attempt())
        .map(
            found -> {
              throw Failure.conflict(
                  Failure.Reason.NAME_TAKEN,
                  found.stream().map(id -> new Failure.Blocker(KIND, id.toString())).toList());
            });
  }

  /**
   * Whose a run is and where, for the check whether {@code caller} may: before the check, so for no
   * other use. Who opened it is its holder as much as the run itself.
   *
   * @return {@link Failure.Missing} if there is no such run in the tenant
   */
  public Future<Located> locate(TenantId tenant, RunId id, Principal caller) {
    return found(tenant, id).map(row -> located(row.run(), caller));
  }

  /** The key that the values of a run are sealed to, for those who hold a lease of it. */
  public Future<Optional<Run.Delivery>> delivery(TenantId tenant, RunId id) {
    return found(tenant, id).map(row -> row.run().delivery());
  }

  private static Located located(Run run, Principal caller) {
    Principal holder = run.isOf(caller) ? caller : run.id().principal();
    return new Located(holder, resource(run), run.scope(), run.environment(), run.delivery());
  }

  private Future<RunStore.Stored> found(TenantId tenant, RunId id) {
    return withKeys(
        tenant,
        keyring ->
            db.read(tenant, tx -> store.find(tx, tenant, id))
                .map(row -> row.filter(one -> one.genuine(keyring)).orElseThrow(Runs::missing)));
  }

  /**
   * A run as it stands.
   *
   * @param grant to read runs; if it is for own ones, {@link Failure.Missing} for another's
   */
  public Future<View> get(Grant grant, RunId id) {
    grant.about(id.value()).allowing(Action.RUN_READ);
    return found(grant.tenant(), id).map(Runs::view);
  }

  /**
   * Newest first.
   *
   * @param grant to read runs; the filter says of which projects, and the caller's own are added
   */
  public Future<List<View>> list(Grant grant, Filter filter) {
    grant.allowing(Action.RUN_READ);
    RunStore.Filter rows =
        new RunStore.Filter(
            filter.projects(),
            grant.caller().principal().id(),
            filter.project(),
            filter.domain(),
            filter.externalId(),
            filter.environment().map(ObjectName::text),
            filter.state(),
            filter.before(),
            filter.limit());
    return db.read(grant.tenant(), tx -> store.list(tx, rows))
        .map(found -> found.stream().map(Runs::view).toList());
  }

  /**
   * Ends a run, and with it all its leases. Of one that was ended before: nothing changes, and it
   * is no failure.
   *
   * @return {@link Failure.Gone} if it was lost or passed its deadline before
   */
  public Future<View> complete(Grant grant, RunId id, Run.Outcome outcome) {
    grant.about(id.value()).allowing(Action.RUN_END);
    return withKeys(
            grant.tenant(),
            keyring -> ledger.change(grant, tx -> completeIn(tx, keyring, id, outcome)))
        .onSuccess(over -> ended(grant.tenant(), id));
  }

  /** The end of a run is committed. */
  void ended(TenantId tenant, RunId id) {
    watch.changed(tenant, Revocation.Selector.ofRun(id));
  }

  private Future<Change<View>> completeIn(Tx tx, Keyring keyring, RunId id, Run.Outcome outcome) {
    return store
        .lock(tx, id)
        .map(found -> found.filter(row -> row.genuine(keyring)).orElseThrow(Runs::missing))
        .compose(
            row ->
                switch (row.state()) {
                  case COMPLETED ->
                      Future.succeededFuture(
                          Change.of(view(row), trace(row.run()).with(Map.of("ended", "before"))));
                  case LOST, EXPIRED -> Future.failedFuture(Failure.gone(KIND));
                  case OPEN -> end(tx, keyring, row, row.now(), outcome);
                });
  }

  /** Writes the end of a run down; one audit record and one notice, however many leases it had. */
  Future<Change<View>> end(
      Tx tx, Keyring keyring, RunStore.Stored row, Instant at, Run.Outcome outcome) {
    Run over = row.run().living(row.run().life().ended(at, outcome));
    return marks
        .leasesOfRun(tx, over.id())
        .compose(
            leases ->
                store
                    .update(tx, over, keyring.mac(over.canonical(tx.tenant())))
                    .map(written -> ended(over, row.now(), leases)));
  }

  private static Change<View> ended(Run run, Instant now, EndedLeases leases) {
    Run.Outcome outcome = run.life().outcome().orElseThrow();
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("outcome", outcome.word());
    detail.put("leases", leases.count());
    View view = new View(run, run.stateAt(now, now), now);
    Change<View> change = Change.of(view, trace(run).with(detail));
    return RunNotices.ofEnd(run, leases).map(change::telling).orElse(change);
  }

  <T> Future<T> withKeys(TenantId tenant, Function<Keyring, Future<T>> work) {
    return keyrings.learning(() -> keyrings.of(tenant).compose(work));
  }

  static View view(RunStore.Stored row) {
    return new View(row.run(), row.state(), row.now());
  }

  static Trace trace(Run run) {
    return Trace.of(resource(run)).named(run.externalId());
  }

  static Resource resource(Run run) {
    return Resource.in(run.scope(), KIND).withId(run.id().value());
  }

  static Failure missing() {
    return Failure.missing(KIND);
  }
}
