package io.hushbus.client;

import java.util.function.Consumer;

/** A run that is open and beats by itself, until it is completed or the broker says it is over. */
public final class Run implements AutoCloseable {

  private final AsyncRun run;
  private final Waiting waiting;

  Run(AsyncRun run, Waiting waiting) {
    this.run = run;
    this.waiting = waiting;
  }

  public String id() {
    return run.id();
  }

  /** Whether it is open, as far as is known here. */
  public boolean live() {
    return run.live();
  }

  /** Leases all of it, or nothing. Asked again for a secret, the run has the same lease. */
  public Granted<Lease> lease(LeaseAsk ask) {
    return waiting.on(run.lease(ask)).map(one -> new Lease(one, waiting));
  }

  /** Notices about what the run holds, until they are closed. */
  public Events events(EventAsk ask) {
    return Events.open(waiting, reader -> run.events(ask, reader));
  }

  /** Is told once when it is over, also if it is already; must not block. */
  public Run onEnd(Consumer<LeaseEnded> told) {
    run.onEnd(told);
    return this;
  }

  /** Ends it, and all its leases at once. */
  public void complete(Outcome outcome) {
    waiting.on(run.complete(outcome));
  }

  /**
   * As {@link Outcome#CANCELLED}, unless it is over already; the broker is waited for two seconds
   * at most.
   */
  @Override
  public void close() {
    Waiting.briefly(run.complete(Outcome.CANCELLED));
  }

  @Override
  public String toString() {
    return run.toString();
  }
}
