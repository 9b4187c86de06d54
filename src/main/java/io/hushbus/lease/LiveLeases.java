package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Tx;
import io.hushbus.model.Failure;
import io.hushbus.secret.SecretOpener;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides, in the transaction that goes by it, whether a lease may be used: its row and its run's
 * are the broker's own, nothing has ended it, and every version it holds is valid and can be come
 * to as it was. Anything else is {@link Failure.Gone}.
 */
final class LiveLeases {

  private final SecretOpener secrets;
  private final RunStore runs = new RunStore();

  LiveLeases(SecretOpener secrets) {
    this.secrets = secrets;
  }

  /**
   * What a renewal goes by of the secret.
   *
   * @param current the version that is current
   * @param longest for how long it may be leased at most
   * @param drains when the first of the versions held ends for the lease
   */
  record Standing(int current, Optional<Duration> longest, Optional<Instant> drains) {

    /** The current version, if it is newer than the one taken last. */
    Optional<Integer> newerThan(int taken) {
      return current > taken ? Optional.of(current) : Optional.empty();
    }
  }

  /**
   * A lease that may be used.
   *
   * @param found the version taken last
   * @param drains when the first of the versions it holds ends for it
   */
  record Live(
      LeaseRows.Stored stored,
      SecretOpener.Found found,
      Optional<RunStore.Stored> run,
      Optional<Instant> drains) {

    Lease lease() {
      return stored.lease();
    }

    Instant now() {
      return stored.now();
    }

    Standing standing() {
      return new Standing(found.head().currentVersion(), found.head().longestLease(), drains);
    }

    Optional<Instant> deadline() {
      return run.flatMap(row -> row.run().life().deadline());
    }
  }

  Future<Live> of(Tx tx, Keyring keyring, LeaseRows.Stored stored) {
    if (!genuine(keyring, stored) || stored.state() != Lease.State.ACTIVE) {
      return gone();
    }
    return run(tx, keyring, stored.lease())
        .compose(
            run ->
                held(tx, stored.lease(), stored.lease().version())
                    .compose(
                        found ->
                            lowest(tx, stored.lease(), found)
                                .map(
                                    lowest ->
                                        new Live(stored, found, run, drains(lowest, found)))));
  }

  /**
   * The same for a lease that is in no run, was not adopted and holds one version, with that one.
   *
   * @throws Failure.Gone if it may not be used
   */
  static Live plain(Keyring keyring, LeaseRows.Stored stored, SecretOpener.Found found) {
    if (!genuine(keyring, stored) || stored.state() != Lease.State.ACTIVE || !holdable(found)) {
      throw over();
    }
    return new Live(stored, found, Optional.empty(), found.version().validUntil());
  }

  private static Optional<Instant> drains(SecretOpener.Found lowest, SecretOpener.Found taken) {
    return Stream.of(lowest, taken)
        .flatMap(found -> found.version().validUntil().stream())
        .min(Comparator.naturalOrder());
  }

  private Future<Optional<RunStore.Stored>> run(Tx tx, Keyring keyring, Lease lease) {
    return lease
        .run()
        .map(
            id ->
                runs.find(tx, tx.tenant(), id)
                    .map(found -> found.filter(row -> row.genuine(keyring) && row.lives()))
                    .map(found -> Optional.of(found.orElseThrow(LiveLeases::over))))
        .orElseGet(() -> Future.succeededFuture(Optional.empty()));
  }

  /** The oldest version that is held, which has to be valid too. */
  private Future<SecretOpener.Found> lowest(Tx tx, Lease lease, SecretOpener.Found taken) {
    return lease.applied() == lease.version()
        ? Future.succeededFuture(taken)
        : held(tx, lease, lease.applied());
  }

  /** A version that the lease holds, or that it could take. */
  Future<SecretOpener.Found> held(Tx tx, Lease lease, int version) {
    return secrets
        .held(tx, tx.tenant(), lease.secret(), version, lease.adoption())
        .map(found -> found.filter(LiveLeases::holdable).orElseThrow(LiveLeases::over));
  }

  private static boolean holdable(SecretOpener.Found held) {
    return held.version().holdable(held.now()) && held.head().deletedAt().isEmpty();
  }

  /** A row that does not verify was written by another hand: it counts as revoked. */
  static boolean genuine(Keyring keyring, LeaseRows.Stored stored) {
    return keyring.verifies(stored.lease().canonical(keyring.tenant()), stored.mac());
  }

  private static Failure over() {
    return Failure.gone("lease");
  }

  static <T> Future<T> gone() {
    return Future.failedFuture(over());
  }
}
