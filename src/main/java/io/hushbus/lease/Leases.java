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
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import io.hushbus.secret.SecretOpener;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.UUID;
import java.util.function.Function;

/** What can be done with leases once they are there; granting them is {@link LeaseGrants}'. */
public final class Leases {

  private static final Resource LEASE = Resource.ofTenant("lease");

  /** A lease as it stands. */
  public record View(Lease lease, Lease.State state, Instant now) {}

  /**
   * A lease after its renewal.
   *
   * @param supersededBy the version that is current now, where it is a newer one
   */
  public record Renewed(Lease lease, Instant now, OptionalInt supersededBy) {}

  /**
   * @param principal only leases of this one
   */
  public record Filter(
      Optional<UUID> project,
      Optional<UUID> principal,
      Optional<SecretId> secret,
      Optional<Lease.State> state,
      Optional<UUID> before,
      int limit) {}

  /** Whose leases a grant is about: those of {@code holder}, or everybody's. */
  private record Reach(Optional<Principal> holder) {

    /** Everybody's if the grant is for {@code all}, else the caller's own. */
    static Reach of(Grant grant, Action all) {
      return grant.action() == all ? new Reach(Optional.empty()) : own(grant);
    }

    static Reach own(Grant grant) {
      Principal caller = grant.allowing(Action.LEASE_RENEW).caller().principal();
      return new Reach(Optional.of(caller));
    }

    LeaseStore.Stored only(Optional<LeaseStore.Stored> found) {
      return found
          .filter(row -> holder.isEmpty() || holder.get().equals(row.lease().principal()))
          .orElseThrow(Leases::missing);
    }
  }

  private final Db db;
  private final Ledger ledger;
  private final Keyrings keyrings;
  private final SecretOpener secrets;
  private final LeaseTerms.Limits limits;
  private final LeaseMeters meters;
  private final LeaseStore store = new LeaseStore();

  public Leases(
      Db db,
      Ledger ledger,
      Keyrings keyrings,
      SecretOpener secrets,
      LeaseTerms.Limits limits,
      LeaseMeters meters) {
    this.db = db;
    this.ledger = ledger;
    this.keyrings = keyrings;
    this.secrets = secrets;
    this.limits = limits;
    this.meters = meters;
  }

  /**
   * Whose a lease is and where it lies, for the check whether the caller may: before the check, so
   * for no other use.
   *
   * @return the resource to ask the access policy for; {@link Failure.Missing} if there is no such
   *     lease in the tenant
   */
  public Future<Located> locate(TenantId tenant, LeaseId id) {
    return db.read(tenant, tx -> store.find(tx, id))
        .map(found -> found.orElseThrow(Leases::missing).lease())
        .map(lease -> new Located(lease.principal(), resource(lease)));
  }

  /** Whose a lease is, and the resource it is to the access policy. */
  public record Located(Principal holder, Resource resource) {}

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
            db.read(grant.tenant(), tx -> store.find(tx, id))
                .map(reach::only)
                .map(found -> view(keyring, found)));
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
            filter.state(),
            filter.before(),
            filter.limit());
    return withKeys(
        grant.tenant(),
        keyring ->
            db.read(grant.tenant(), tx -> store.list(tx, rows))
                .map(all -> all.stream().map(one -> view(keyring, one)).toList()));
  }

  /**
   * Extends the holder's own lease from now on, never past its wall.
   *
   * @return {@link Failure.Gone} once it has expired, was revoked, or its version or secret is no
   *     more; {@link Failure.Missing} if the caller is not its holder, or comes with another
   *     certificate than it was got with
   */
  public Future<Renewed> renew(Grant grant, LeaseId id, Optional<Duration> ttl) {
    grant.about(id.value()).allowing(Action.LEASE_RENEW);
    return withKeys(
        grant.tenant(),
        keyring -> ledger.change(grant, tx -> renewIn(tx, grant, keyring, id, ttl)));
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
        grant.tenant(), keyring -> ledger.change(grant, tx -> revokeIn(tx, keyring, reach, id)));
  }

  /** Runs {@code work}, again with newer keys where they were rotated meanwhile elsewhere. */
  private <T> Future<T> withKeys(TenantId tenant, Function<Keyring, Future<T>> work) {
    return keyrings.learning(() -> keyrings.of(tenant).compose(work));
  }

  /** How many live leases hold each version of a secret. */
  public Future<SortedMap<Integer, Long>> holding(Grant grant, SecretId secret) {
    grant.allowing(Action.SECRET_READ_METADATA);
    return db.read(grant.tenant(), tx -> store.holding(tx, secret));
  }

  private Future<Change<Renewed>> renewIn(
      Tx tx, Grant grant, Keyring keyring, LeaseId id, Optional<Duration> ttl) {
    return store
        .lock(tx, id)
        .map(found -> found.filter(row -> row.lease().isHeldBy(grant.caller())))
        .map(found -> renewable(keyring, Reach.own(grant).only(found)))
        .compose(
            stored ->
                secrets
                    .held(
                        tx,
                        tx.tenant(),
                        stored.lease().secret(),
                        stored.lease().version(),
                        stored.lease().adoption())
                    .map(held -> held.filter(Leases::holdable).orElseThrow(Leases::gone))
                    .compose(held -> extend(tx, keyring, stored, held, ttl)));
  }

  private Future<Change<Renewed>> extend(
      Tx tx,
      Keyring keyring,
      LeaseStore.Stored stored,
      SecretOpener.Found held,
      Optional<Duration> ttl) {
    Lease next = stored.lease().on(stored.lease().terms().renewed(stored.now(), ttl, limits));
    int current = held.head().currentVersion();
    Renewed renewed =
        new Renewed(
            next,
            stored.now(),
            current > next.version() ? OptionalInt.of(current) : OptionalInt.empty());
    return store
        .update(tx, next, keyring.mac(next.canonical(tx.tenant())))
        .map(Change.of(renewed, trace(next)));
  }

  private Future<Change<Lease>> revokeIn(Tx tx, Keyring keyring, Reach reach, LeaseId id) {
    return store.lock(tx, id).map(reach::only).compose(stored -> revokeLocked(tx, keyring, stored));
  }

  private Future<Change<Lease>> revokeLocked(Tx tx, Keyring keyring, LeaseStore.Stored stored) {
    Change<Lease> nothing =
        Change.of(stored.lease(), trace(stored.lease()).with(Map.of("ended", "before")));
    if (view(keyring, stored).state() != Lease.State.ACTIVE) {
      return Future.succeededFuture(nothing);
    }
    Lease ended = stored.lease().revoked(stored.now());
    meters.revoked();
    return store
        .update(tx, ended, keyring.mac(ended.canonical(tx.tenant())))
        .map(Change.of(ended, trace(ended)).telling(revoked(ended)));
  }

  private static Fact revoked(Lease lease) {
    return new Fact(
        EventType.LEASE_REVOKED,
        "leases/" + lease.id(),
        lease.project(),
        lease.domain(),
        Map.of(
            "lease_id", lease.id().toString(),
            "secret_id", lease.secret().toString(),
            "version", lease.version(),
            "holder", lease.principal().toString()));
  }

  private static LeaseStore.Stored renewable(Keyring keyring, LeaseStore.Stored stored) {
    if (view(keyring, stored).state() != Lease.State.ACTIVE) {
      throw gone();
    }
    return stored;
  }

  /** A row that does not verify was written by another hand: it counts as revoked. */
  private static View view(Keyring keyring, LeaseStore.Stored stored) {
    boolean genuine = keyring.verifies(stored.lease().canonical(keyring.tenant()), stored.mac());
    Lease.State state = genuine ? stored.lease().stateAt(stored.now()) : Lease.State.REVOKED;
    return new View(stored.lease(), state, stored.now());
  }

  private static boolean holdable(SecretOpener.Found held) {
    return held.version().holdable(held.now()) && held.head().deletedAt().isEmpty();
  }

  private static Trace trace(Lease lease) {
    return Trace.of(resource(lease))
        .atVersion(lease.version())
        .with(Map.of("secret", lease.secret().toString()));
  }

  private static Resource resource(Lease lease) {
    return new Resource(LEASE.kind(), lease.project(), Optional.of(lease.id().value()));
  }

  private static Failure missing() {
    return Failure.missing(LEASE.kind());
  }

  private static Failure gone() {
    return Failure.gone(LEASE.kind());
  }
}
