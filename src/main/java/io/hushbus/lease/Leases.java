package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Db;
import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.EventType;
import io.hushbus.event.Fact;
import io.hushbus.event.Ledger;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Principal;
import io.hushbus.model.Resource;
import io.hushbus.model.RunId;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import io.hushbus.secret.SecretOpener;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import java.util.function.Function;

/** What can be done with leases once they are there; granting them is {@link LeaseGrants}'. */
public final class Leases {

  private static final Resource LEASE = Resource.ofTenant("lease");

  /**
   * A lease as it stands.
   *
   * @param oldest the version in use, at the time asked for
   * @param newest the one taken last by then
   */
  public record View(
      Lease lease, Lease.State state, Instant now, int oldest, int newest, LeaseNames names) {

    private View called(Map<LeaseId, LeaseNames> all) {
      return new View(
          lease, state, now, oldest, newest, all.getOrDefault(lease.id(), LeaseNames.NONE));
    }
  }

  /**
   * A lease after its renewal.
   *
   * @param supersededBy the version that is current now, where it is a newer one
   * @param drains when a version that it holds ends for it, unless it moves
   * @param limit what made it shorter than was asked for, if anything did
   */
  public record Renewed(
      Lease lease,
      Instant now,
      Optional<Integer> supersededBy,
      Optional<Instant> drains,
      Optional<LeaseLimit> limit) {}

  /**
   * What a list is limited to.
   *
   * @param principal its own ones, and those of runs that it opened
   * @param besides all of these projects besides
   * @param holder of all those, what this one has, and what runs have that it opened
   * @param heldAt those that were live then, with the versions that they held then
   */
  public record Filter(
      Optional<UUID> project,
      Optional<UUID> principal,
      Set<UUID> besides,
      Optional<UUID> holder,
      Optional<SecretId> secret,
      Optional<RunId> run,
      OptionalInt version,
      Optional<Lease.State> state,
      Optional<Instant> heldAt,
      Optional<UUID> before,
      int limit) {

    /** Of one principal's or of everybody's, and of no projects besides. */
    public Filter(
        Optional<UUID> project,
        Optional<UUID> principal,
        Optional<SecretId> secret,
        Optional<RunId> run,
        OptionalInt version,
        Optional<Lease.State> state,
        Optional<Instant> heldAt,
        Optional<UUID> before,
        int limit) {
      this(
          project,
          principal,
          Set.of(),
          Optional.empty(),
          secret,
          run,
          version,
          state,
          heldAt,
          before,
          limit);
    }
  }

  private final Db db;
  private final Ledger ledger;
  private final Keyrings keyrings;
  private final LiveLeases live;
  private final LeaseBudgets budgets;
  private final LeaseMeters meters;
  private final HolderWatch watch;
  private final Renewals renewals;
  private final LeaseSights sights;
  private final LeaseStore store = new LeaseStore();
  private final HoldingStore holdings = new HoldingStore();
  private final RunStore runs = new RunStore();

  Leases(
      Db db,
      Ledger ledger,
      Keyrings keyrings,
      SecretOpener secrets,
      LeaseBudgets budgets,
      LeaseMeters meters,
      HolderWatch watch,
      Renewals renewals,
      LeaseSights sights) {
    this.watch = watch;
    this.renewals = renewals;
    this.sights = sights;
    this.db = db;
    this.ledger = ledger;
    this.keyrings = keyrings;
    this.live = new LiveLeases(secrets);
    this.budgets = budgets;
    this.meters = meters;
  }

  /**
   * Whose a lease is and where it lies, for the check whether {@code caller} may: before the check,
   * so for no other use. Who opened its run is its holder as much as the run.
   *
   * @return the resource to ask the access policy for; {@link Failure.Missing} if there is no such
   *     lease in the tenant
   */
  public Future<Located> locate(TenantId tenant, LeaseId id, Principal caller) {
    return sights
        .of(tenant, id)
        .map(found -> found.orElseThrow(Leases::missing))
        .compose(lease -> located(tenant, lease, caller));
  }

  private Future<Located> located(TenantId tenant, LeaseSights.Sight lease, Principal caller) {
    Future<Boolean> opened =
        lease
            .run()
            .filter(run -> !lease.principal().equals(caller))
            .map(
                run ->
                    db.read(tenant, tx -> runs.find(tx, tenant, run))
                        .map(found -> found.filter(row -> row.run().isOf(caller)).isPresent()))
            .orElseGet(() -> Future.succeededFuture(false));
    return opened.map(
        own -> new Located(own ? caller : lease.principal(), lease.resource(), lease.run()));
  }

  /** Whose a lease is, the resource it is to the access policy, and the run it belongs to. */
  public record Located(Principal holder, Resource resource, Optional<RunId> run) {}

  /**
   * A lease as it stands.
   *
   * @param grant to read leases, or to renew the caller's own
   * @return {@link Failure.Missing} also if the grant is for own leases and this is another's
   */
  public Future<View> get(Grant grant, LeaseId id) {
    Reach reach = Reach.of(grant.about(id.value()), Action.LEASE_READ);
    return withKeys(
        grant.tenant(),
        keyring ->
            db.read(
                grant.tenant(),
                tx ->
                    store
                        .find(tx, id)
                        .map(found -> found.orElseThrow(Leases::missing))
                        .compose(found -> reach.only(tx, found))
                        .compose(found -> named(tx, List.of(view(keyring, found))))
                        .map(List::getFirst)));
  }

  private static Future<List<View>> named(Tx tx, List<View> views) {
    return LeaseNames.of(tx, views.stream().map(view -> view.lease().id()).toList())
        .map(names -> views.stream().map(view -> view.called(names)).toList());
  }

  /**
   * Newest first.
   *
   * @param grant to read leases, or to renew the caller's own: then only those are listed
   */
  public Future<List<View>> list(Grant grant, Filter filter) {
    Reach reach = Reach.of(grant, Action.LEASE_READ);
    LeaseStore.Filter rows =
        new LeaseStore.Filter(
            filter.project(),
            filter.secret(),
            reach.holder().map(Principal::id).or(filter::principal),
            reach.holder().isPresent() ? Set.of() : filter.besides(),
            filter.holder(),
            filter.run(),
            filter.version(),
            filter.state(),
            filter.heldAt(),
            filter.before(),
            filter.limit());
    return withKeys(
        grant.tenant(),
        keyring ->
            db.read(
                grant.tenant(),
                tx ->
                    store
                        .list(tx, rows)
                        .map(all -> all.stream().map(one -> view(keyring, one)).toList())
                        .compose(all -> named(tx, all))));
  }

  /**
   * Extends the holder's own lease from now on, never past its wall.
   *
   * @return {@link Failure.Gone} once it has expired, was revoked, or its version or secret is no
   *     more; {@link Failure.Missing} if the caller is not its holder
   */
  public Future<Renewed> renew(Grant grant, LeaseId id, Optional<Duration> ttl) {
    grant.about(id.value()).allowing(Action.LEASE_RENEW);
    return withKeys(
        grant.tenant(),
        keyring ->
            budgets
                .bounds(grant.tenant())
                .compose(
                    bounds ->
                        renewals
                            .submit(new Renewals.Ask(grant, id, ttl, keyring, bounds))
                            .compose(
                                renewed ->
                                    renewed
                                        .map(Future::succeededFuture)
                                        .orElseGet(
                                            () ->
                                                ledger.change(
                                                    grant,
                                                    tx ->
                                                        renewIn(
                                                            tx, grant, keyring, id, ttl,
                                                            bounds))))));
  }

  /**
   * Ends a lease and gives it as it is then. Of a lease that has ended already: nothing changes,
   * and it is no failure.
   *
   * @param grant to revoke leases, or to renew the caller's own: then {@link Failure.Missing} for
   *     another's
   */
  public Future<Lease> revoke(Grant grant, LeaseId id) {
    Reach reach = Reach.of(grant.about(id.value()), Action.LEASE_REVOKE);
    return withKeys(
            grant.tenant(), keyring -> ledger.change(grant, tx -> revokeIn(tx, keyring, reach, id)))
        .onSuccess(
            lease -> watch.changed(grant.tenant(), Revocation.Selector.ofSecret(lease.secret())));
  }

  /** Runs {@code work}, again with newer keys where they were rotated meanwhile elsewhere. */
  private <T> Future<T> withKeys(TenantId tenant, Function<Keyring, Future<T>> work) {
    return keyrings.learning(() -> keyrings.of(tenant).compose(work));
  }

  /** How many live leases hold each version of a secret. */
  public Future<SortedMap<Integer, Long>> holding(Grant grant, SecretId secret) {
    grant.allowing(Action.SECRET_READ_METADATA);
    return db.read(grant.tenant(), tx -> holdings.holding(tx, secret));
  }

  private Future<Change<Renewed>> renewIn(
      Tx tx, Grant grant, Keyring keyring, LeaseId id, Optional<Duration> ttl, LeaseBounds bounds) {
    return store
        .lock(tx, id)
        .map(found -> found.orElseThrow(Leases::missing))
        .compose(found -> Reach.own(grant).only(tx, found))
        .compose(found -> live.of(tx, keyring, found))
        .compose(now -> extend(tx, keyring, now, ttl, bounds.until(now.deadline())));
  }

  private Future<Change<Renewed>> extend(
      Tx tx, Keyring keyring, LiveLeases.Live now, Optional<Duration> ttl, LeaseBounds bounds) {
    Extended extended = extended(now.lease(), now.now(), now.standing(), ttl, bounds);
    Lease next = extended.next();
    return store
        .update(tx, next, keyring.mac(next.canonical(tx.tenant())))
        .map(Change.of(extended.told(), trace(next)));
  }

  /**
   * A renewal.
   *
   * @param next the row
   * @param told what its holder is told
   */
  record Extended(Lease next, Renewed told) {}

  static Extended extended(
      Lease before,
      Instant now,
      LiveLeases.Standing standing,
      Optional<Duration> ttl,
      LeaseBounds bounds) {
    LeaseBounds all = bounds.forSecret(standing.longest());
    Lease next = before.on(before.terms().renewed(now, ttl, all).terms());
    // What is told: the row keeps the longer time, so that whoever has not moved when the version
    // is retired is found there, and the lease lasts on for who has.
    LeaseTerms.Cut told = before.terms().renewed(now, ttl, all.retiring(standing.drains()));
    return new Extended(
        next,
        new Renewed(
            before.on(told.terms()),
            now,
            standing.newerThan(before.version()),
            standing.drains(),
            told.by()));
  }

  private Future<Change<Lease>> revokeIn(Tx tx, Keyring keyring, Reach reach, LeaseId id) {
    return store
        .lock(tx, id)
        .map(found -> found.orElseThrow(Leases::missing))
        .compose(found -> reach.only(tx, found))
        .compose(stored -> revokeLocked(tx, keyring, stored));
  }

  private Future<Change<Lease>> revokeLocked(Tx tx, Keyring keyring, LeaseRows.Stored stored) {
    Change<Lease> nothing =
        Change.of(stored.lease(), trace(stored.lease()).with(Map.of("ended", "before")));
    if (view(keyring, stored).state() != Lease.State.ACTIVE) {
      return Future.succeededFuture(nothing);
    }
    Lease ended = stored.lease().revoked(stored.now());
    meters.revoked(1);
    return store
        .update(tx, ended, keyring.mac(ended.canonical(tx.tenant())))
        .map(Change.of(ended, trace(ended)).telling(revoked(ended)));
  }

  private static Fact revoked(Lease lease) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("lease_id", lease.id().toString());
    data.put("secret_id", lease.secret().toString());
    data.put("version", lease.version());
    data.put("holder", lease.principal().toString());
    lease.run().ifPresent(run -> data.put("run_id", run.toString()));
    return new Fact(
        EventType.LEASE_REVOKED, "leases/" + lease.id(), lease.project(), lease.domain(), data);
  }

  /** A row that does not verify was written by another hand: it counts as revoked. */
  private static View view(Keyring keyring, LeaseRows.Stored stored) {
    return view(keyring, stored, stored.lease().applied(), stored.lease().version());
  }

  private static View view(Keyring keyring, LeaseStore.Listed listed) {
    return view(keyring, listed.stored(), listed.oldest(), listed.newest());
  }

  private static View view(Keyring keyring, LeaseRows.Stored stored, int oldest, int newest) {
    Lease.State state = LiveLeases.genuine(keyring, stored) ? stored.state() : Lease.State.REVOKED;
    return new View(stored.lease(), state, stored.now(), oldest, newest, LeaseNames.NONE);
  }

  static Trace trace(Lease lease) {
    return Trace.of(resource(lease))
        .atVersion(lease.version())
        .with(Map.of("secret", lease.secret().toString()));
  }

  static Resource resource(Lease lease) {
    return new Resource(LEASE.kind(), lease.project(), Optional.of(lease.id().value()));
  }

  static Failure missing() {
    return Failure.missing(LEASE.kind());
  }
}
