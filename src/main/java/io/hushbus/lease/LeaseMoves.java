package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Resource;
import io.hushbus.secret.SecretOpener;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * How a holder comes to the newest version under the lease it has: it takes the version, and later
 * says what became of it. Until it says that it is in use, the lease holds the older ones too.
 */
public final class LeaseMoves {

  /**
   * Which version a lease comes to: the current one, or one that waits to be that and is for this
   * lease already. Answered by who drives rotations.
   */
  @FunctionalInterface
  public interface Newest {
    Future<Integer> of(Tx tx, Keyring keyring, Lease lease, int current);
  }

  /**
   * What a holder says.
   *
   * @param member who of a gang
   */
  public record Saying(
      int version, Lease.Ack.Status status, String detail, Optional<String> member) {

    /** Refuses a detail that is too long. */
    public Saying {
      if (detail.length() > Lease.Ack.LONGEST_DETAIL) {
        throw Failure.invalid("/detail", Failure.Code.TOO_LONG);
      }
    }
  }

  private record Taken(Lease lease, SecretOpener.Found found, Instant now) {}

  private final Ledger ledger;
  private final Keyrings keyrings;
  private final Disclosure disclosure;
  private final LiveLeases live;
  private final HolderWatch watch;
  private final Newest newest;
  private final LeaseStore store = new LeaseStore();
  private final VersionsTaken versions = new VersionsTaken();
  private final LeaseAcks acks = new LeaseAcks();

  LeaseMoves(
      Ledger ledger,
      Keyrings keyrings,
      SecretOpener secrets,
      Disclosure disclosure,
      HolderWatch watch,
      Newest newest) {
    this.newest = newest;
    this.ledger = ledger;
    this.keyrings = keyrings;
    this.disclosure = disclosure;
    this.live = new LiveLeases(secrets);
    this.watch = watch;
  }

  /**
   * The newest version, with its value, which the caller closes. Can be asked again; each time is
   * on record before the value is opened.
   *
   * @return {@link Failure.Gone} once the lease has ended, or if the newest version lacks an entry
   *     that it is limited to; {@link Failure.Missing} if the caller is not its holder
   */
  public Future<LeasedSecret> advance(Grant grant, LeaseId id) {
    grant.about(id.value()).allowing(Action.LEASE_RENEW);
    return withKeys(grant, keyring -> ledger.change(grant, tx -> advanceIn(tx, grant, keyring, id)))
        .compose(taken -> disclosure.open(taken.found(), taken.lease(), taken.now()));
  }

  private Future<Change<Taken>> advanceIn(Tx tx, Grant grant, Keyring keyring, LeaseId id) {
    return mine(tx, grant, keyring, id)
        .compose(
            now ->
                newest
                    .of(tx, keyring, now.lease(), now.found().head().currentVersion())
                    .compose(version -> live.held(tx, now.lease(), version))
                    .map(found -> Disclosure.having(found, now.lease().entries()))
                    .compose(found -> take(tx, keyring, now, found)));
  }

  private Future<Change<Taken>> take(
      Tx tx, Keyring keyring, LiveLeases.Live now, SecretOpener.Found found) {
    int newest = found.version().number();
    Lease before = now.lease();
    if (newest <= before.version()) {
      return Future.succeededFuture(taken(before, now.found(), now.now()));
    }
    Lease after = before.taking(newest);
    return versions
        .take(tx, before, newest, now.now())
        .compose(noted -> store.update(tx, after, keyring.mac(after.canonical(tx.tenant()))))
        .map(taken(after, found, now.now()));
  }

  private static Change<Taken> taken(Lease lease, SecretOpener.Found found, Instant now) {
    return Change.of(
        new Taken(lease, found, now),
        Trace.of(new Resource("secret", lease.project(), Optional.of(lease.secret().value())))
            .named(found.name().text())
            .atVersion(lease.version())
            .with(Map.of("lease", lease.id().toString(), "step", "advance")));
  }

  /**
   * Notes what became of a version that the lease has taken.
   *
   * @return {@link Failure.Conflict} for one that it has not taken; {@link Failure.Gone} once it
   *     has ended
   */
  public Future<Lease> acknowledge(Grant grant, LeaseId id, Saying saying) {
    grant.about(id.value()).allowing(Action.LEASE_RENEW);
    return withKeys(
            grant,
            keyring -> ledger.change(grant, tx -> acknowledgeIn(tx, grant, keyring, id, saying)))
        .onSuccess(
            lease -> watch.changed(grant.tenant(), Revocation.Selector.ofSecret(lease.secret())));
  }

  private Future<Change<Lease>> acknowledgeIn(
      Tx tx, Grant grant, Keyring keyring, LeaseId id, Saying saying) {
    return mine(tx, grant, keyring, id)
        .compose(
            now ->
                acks.said(
                    tx,
                    keyring,
                    now.lease(),
                    new Lease.Ack(saying.version(), saying.status(), now.now(), saying.detail()),
                    saying.member()))
        .map(lease -> Change.of(lease, said(lease, saying)));
  }

  private static Trace said(Lease lease, Saying saying) {
    return Leases.trace(lease)
        .atVersion(saying.version())
        .with(
            Map.of(
                "secret", lease.secret().toString(),
                "step", "ack",
                "status", saying.status().word()));
  }

  /** The lease, locked, live, and the caller's. */
  private Future<LiveLeases.Live> mine(Tx tx, Grant grant, Keyring keyring, LeaseId id) {
    return store
        .lock(tx, id)
        .map(found -> found.orElseThrow(Leases::missing))
        .compose(stored -> Reach.own(grant).only(tx, stored))
        .compose(stored -> live.of(tx, keyring, stored));
  }

  private <T> Future<T> withKeys(Grant grant, Function<Keyring, Future<T>> work) {
    return keyrings.learning(() -> keyrings.of(grant.tenant()).compose(work));
  }
}
