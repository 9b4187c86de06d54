package io.hushbus.access;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.Macs;
import io.hushbus.crypto.SystemKeyKind;
import io.hushbus.db.Db;
import io.hushbus.db.SystemTx;
import io.hushbus.model.Failure;
import io.hushbus.tenant.Installation;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * Slows down whoever guesses.
 *
 * <p>An identity is locked for a network from which it failed five times within a quarter of an
 * hour, on every node; from elsewhere it goes on working, so that nobody can lock out another. An
 * identity that does not exist is locked like one that does. A network that fails too often, with
 * whatever identities, is refused by the node it asks; no success makes that good.
 *
 * <p>A row is written for a failure alone, and only so many in a second. Logins that are under way
 * at the same time have not failed yet: so more than five may be tried, never more than a network's
 * budget of thirty on each node.
 */
final class Lockouts {

  private static final String BUDGET = "failed_logins";
  private static final double FAILURES_PER_SECOND = 0.2;
  private static final int FAILURES_AT_ONCE = 30;
  private static final double ROWS_PER_SECOND = 50;
  private static final int ROWS_AT_ONCE = 500;
  private static final int SOURCES = 20_000;
  private static final String EVERYBODY = "";

  private final Db db;
  private final Installation installation;
  private final AccessMeters meters;
  private final SourceLimit sources;
  private final SourceLimit rows;

  Lockouts(Db db, Installation installation, AccessMeters meters, LongSupplier nanos) {
    this.db = db;
    this.installation = installation;
    this.meters = meters;
    this.sources = new SourceLimit(BUDGET, FAILURES_PER_SECOND, FAILURES_AT_ONCE, SOURCES, nanos);
    this.rows = new SourceLimit(BUDGET, ROWS_PER_SECOND, ROWS_AT_ONCE, 1, nanos);
  }

  /** What an identity and a network are known by here: nothing that can be read back. */
  byte[] subject(UUID identity, String network) {
    return Macs.hmacSha256(
        installation.systemKey(SystemKeyKind.TOKEN_PEPPER),
        Canonical.of("login-failure/1").id(identity).text(network).encode());
  }

  /** The refusal of a network that has failed too often. */
  Optional<Failure> refused(String network) {
    Optional<Failure> refusal = sources.exhausted(network);
    refusal.ifPresent(told -> meters.loginLocked());
    return refusal;
  }

  /** How long the subject is still locked; zero if it is not. */
  Future<Duration> locked(SystemTx tx, byte[] subject) {
    return LockoutStore.left(tx, subject);
  }

  /** The refusal of a locked subject. */
  Failure refusal(Duration left) {
    meters.loginLocked();
    return Failure.overBudget(BUDGET, left);
  }

  /** Notes a failure. */
  Future<Void> failed(byte[] subject, String network) {
    sources.take(network);
    return rows.take(EVERYBODY).isPresent()
        ? Future.succeededFuture()
        : db.system(SystemTx.Job.AUTHENTICATION, tx -> LockoutStore.failed(tx, subject));
  }
}
