package io.hushbus.client;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * A lease that renews itself until it is closed, its longest time is over, or the broker says
 * something final. The same as {@link Lease}, in futures.
 */
public final class AsyncLease {

  private final Leasing leasing;
  private final Tenure tenure;
  private final Here here;

  AsyncLease(Leasing leasing, Tenure tenure, Here here) {
    this.leasing = leasing;
    this.tenure = tenure;
    this.here = here;
  }

  /** The same, for a caller that does not wait. */
  AsyncLease forCallers() {
    return new AsyncLease(leasing, tenure, Here.CALLER);
  }

  /** Another one when the longest time of the first is over, and it is not a run's. */
  public String id() {
    return tenure.id;
  }

  /** The name of the secret. */
  public String secret() {
    return tenure.secret;
  }

  public String secretId() {
    return tenure.secretId;
  }

  /**
   * The version in use, with its values.
   *
   * @throws LeaseEnded if they may not be used any more
   */
  public LeasedSecret current() {
    return tenure.current();
  }

  /** Until when it is valid if it is not renewed, by the broker's clock. */
  public Instant expiresAt() {
    return tenure.term.expiresAt();
  }

  /** Until when it can be renewed, by the broker's clock. */
  public Instant maxExpiresAt() {
    return tenure.term.maxExpiresAt();
  }

  /** A newer version that has been heard of. */
  public OptionalInt supersededBy() {
    return tenure.newest > tenure.applied ? OptionalInt.of(tenure.newest) : OptionalInt.empty();
  }

  /** Whether its values may be used, as far as is known here. */
  public boolean live() {
    return tenure.live();
  }

  /**
   * Takes new versions from now on and has them put to use, on the caller's context if it has one.
   * Several are called in their order.
   */
  public AsyncLease onRotation(Rotation rotation) {
    tenure.rotations.add(here.of(rotation));
    leasing.keeper().listen(tenure);
    return this;
  }

  /** Is told once when it is over, also if it is already; must not block. */
  public AsyncLease onEnd(Consumer<LeaseEnded> told) {
    tenure.onEnd(told);
    return this;
  }

  /**
   * Takes the newest version under the same lease; the one in use stays {@link #current} until the
   * newer one is {@link #acknowledge acknowledged} as applied. For those who do not wait for {@link
   * #onRotation}.
   *
   * @return the caller's, to be closed unless it is acknowledged as applied
   */
  public Future<LeasedSecret> advance() {
    return here.of(leasing.advance(tenure));
  }

  /** Says what became of a version that was taken; one that is applied is the current one then. */
  public Future<Void> acknowledge(LeasedSecret taken, Ack ack, Optional<String> detail) {
    return here.of(
        leasing
            .acknowledge(tenure, taken.version(), ack, detail)
            .onSuccess(said -> leasing.noted(tenure, taken, ack)));
  }

  /** Ends it, and wipes its values. */
  public Future<Void> close() {
    return here.of(leasing.release(tenure));
  }

  @Override
  public String toString() {
    return "Lease[" + tenure.secret + "]";
  }
}
