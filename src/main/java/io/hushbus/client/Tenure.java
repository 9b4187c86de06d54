package io.hushbus.client;

import io.hushbus.model.SecretValue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * One lease as it stands here; what a program sees of it is a face. Changed on the loop alone; any
 * thread may read it. The clock of this machine is asked for lengths of time only.
 */
final class Tenure {

  /** What is known of its time. */
  record Term(Instant expiresAt, Instant maxExpiresAt, boolean extendable, long end) {}

  /** What a renewal asks for. */
  final LeaseAsk asked;

  final Optional<Course> run;
  final List<Rotation> rotations = new CopyOnWriteArrayList<>();
  private final End end = new End();
  final String secret;
  final String secretId;

  volatile String id;
  volatile Term term;
  private volatile LeasedSecret current;

  /** The version last acknowledged as applied, and the newest that was heard of. */
  volatile int applied;

  volatile int newest;

  // Of the loop alone.
  Loop.Timer timer = Loop.Timer.NONE;
  long due;
  long offer;
  int failures;
  boolean renewing;
  boolean moving;
  boolean toldWhileMoving;
  int owed;

  /**
   * @param asked when it was asked for, of the monotonic clock: counted from there a lease ends
   *     here no later than at the broker, however long the answer took
   */
  Tenure(LeaseAsk ask, Optional<Course> run, Json grant, LeasedSecret values, long asked) {
    this.asked = ask;
    this.run = run;
    this.secret = grant.text("secret");
    this.secretId = grant.text("secret_id");
    this.id = grant.text("id");
    this.current = values;
    this.applied = values.version();
    this.newest = values.version();
    this.term = term(grant, asked);
    this.due = asked;
    this.offer = asked;
  }

  /** A lease in the place of this one, whose longest time is nearly over. */
  void succeed(Json grant, long asked) {
    id = grant.text("id");
    term = term(grant, asked);
    newest = (int) grant.number("version");
    heard(grant);
  }

  /** What a renewal says about its time. */
  void extend(Json lease, long asked) {
    term = term(lease, asked);
    heard(lease);
  }

  private void heard(Json lease) {
    newest = (int) Math.max(newest, lease.optionalNumber("superseded_by").orElse(0));
  }

  private static Term term(Json lease, long asked) {
    Instant expires = lease.time("expires_at").orElseThrow();
    Instant most = lease.time("max_expires_at").orElseThrow();
    boolean extendable = lease.truth("renewable").orElse(false) && expires.isBefore(most);
    long end = asked + Duration.ofMillis(lease.number("expires_in_ms")).toNanos();
    return new Term(expires, most, extendable, end);
  }

  /** Whether a version has been heard of that somebody waits for. */
  boolean behind() {
    return owed > 0 || (newest > applied && !rotations.isEmpty());
  }

  /** The version in use, with its values. */
  LeasedSecret current() {
    check();
    return current;
  }

  boolean live() {
    return !end.hasCome() && System.nanoTime() - term.end() < 0;
  }

  /**
   * @throws LeaseEnded if its values may not be used any more
   */
  void check() {
    end.why()
        .ifPresent(
            why -> {
              throw why;
            });
    if (!live()) {
      throw ended("it expired", Optional.empty());
    }
  }

  LeaseEnded ended(String why, Optional<Refused> refusal) {
    return new LeaseEnded("the lease on " + secret, why, refusal);
  }

  boolean isOver() {
    return end.hasCome();
  }

  /** A newer version is in use; what was before is wiped. */
  void use(LeasedSecret newer) {
    LeasedSecret before = current;
    current = newer;
    applied = newer.version();
    if (before != newer) {
      before.close();
    }
  }

  /** Tells once when it is over; at once if it is already. */
  void onEnd(Consumer<LeaseEnded> told) {
    end.tell(told);
  }

  /** Ends it here, and wipes its values. */
  void end(LeaseEnded why) {
    timer.cancel();
    end.comes(why, () -> current.close());
  }

  /** Who asks for it. */
  Optional<SecretValue> as() {
    return run.map(Course::token);
  }
}
