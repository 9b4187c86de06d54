package io.hushbus.client;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * A lease that renews itself until it is closed, its longest time is over, or the broker says
 * something final. Safe for use by many threads.
 */
public final class Lease implements AutoCloseable {

  private final AsyncLease lease;
  private final Waiting waiting;

  Lease(AsyncLease lease, Waiting waiting) {
    this.lease = lease;
    this.waiting = waiting;
  }

  AsyncLease waited() {
    return lease;
  }

  /** The same in futures. */
  public AsyncLease async() {
    return lease.forCallers();
  }

  /** Another one when the longest time of the first is over, and it is not a run's. */
  public String id() {
    return lease.id();
  }

  /** The name of the secret. */
  public String secret() {
    return lease.secret();
  }

  public String secretId() {
    return lease.secretId();
  }

  /**
   * The version in use, with its values.
   *
   * @throws LeaseEnded if they may not be used any more
   */
  public LeasedSecret current() {
    return lease.current();
  }

  /** Until when it is valid if it is not renewed, by the broker's clock. */
  public Instant expiresAt() {
    return lease.expiresAt();
  }

  /** Until when it can be renewed, by the broker's clock. */
  public Instant maxExpiresAt() {
    return lease.maxExpiresAt();
  }

  /** A newer version that has been heard of. */
  public OptionalInt supersededBy() {
    return lease.supersededBy();
  }

  /** Whether its values may be used, as far as is known here. */
  public boolean live() {
    return lease.live();
  }

  /**
   * Takes new versions from now on and has them put to use, one at a time, on a thread that may
   * block. Several are called in their order.
   */
  public Lease onRotation(Callback callback) {
    lease.onRotation(callback.rotation());
    return this;
  }

  /** Is told once when it is over, also if it is already; must not block. */
  public Lease onEnd(Consumer<LeaseEnded> told) {
    lease.onEnd(told);
    return this;
  }

  /**
   * Takes the newest version under the same lease; the one in use stays {@link #current} until the
   * newer one is {@link #acknowledge acknowledged} as applied. For those who do not wait for {@link
   * #onRotation}.
   *
   * @return the caller's, to be closed unless it is acknowledged as applied
   */
  public LeasedSecret advance() {
    return waiting.on(lease.advance());
  }

  /** Says what became of a version that was taken; one that is applied is the current one then. */
  public void acknowledge(LeasedSecret taken, Ack ack, Optional<String> detail) {
    waiting.on(lease.acknowledge(taken, ack, detail));
  }

  /** Ends it, and wipes its values at once; the broker is waited for two seconds at most. */
  @Override
  public void close() {
    Waiting.briefly(lease.close());
  }

  @Override
  public String toString() {
    return lease.toString();
  }
}
