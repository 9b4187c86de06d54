package io.hushbus.client;

import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Consumer;

/** A run that is open and beats by itself. The same as {@link Run}, in futures. */
public final class AsyncRun {

  private final Leasing leasing;
  private final Course course;
  private final Here here;

  AsyncRun(Leasing leasing, Course course, Here here) {
    this.leasing = leasing;
    this.course = course;
    this.here = here;
  }

  public String id() {
    return course.id();
  }

  /** Whether it is open, as far as is known here. */
  public boolean live() {
    return !course.isOver();
  }

  /** Leases all of it, or nothing. Asked again for a secret, the run has the same lease. */
  public Future<Granted<AsyncLease>> lease(LeaseAsk ask) {
    return here.of(
        leasing
            .grant(ask, Optional.of(course))
            .map(granted -> granted.map(one -> new AsyncLease(leasing, one, here))));
  }

  /** Notices about what the run holds, until they are closed. */
  public Future<EventFeed> events(EventAsk ask, NoticeReader reader) {
    return here.of(leasing.follow(Optional.of(course), ask, reader));
  }

  /** Is told once when it is over, also if it is already; must not block. */
  public AsyncRun onEnd(Consumer<LeaseEnded> told) {
    course.onEnd(told);
    return this;
  }

  /** Ends it, and all its leases at once. */
  public Future<Void> complete(Outcome outcome) {
    return here.of(leasing.complete(course, outcome));
  }

  @Override
  public String toString() {
    return "Run[" + course.id() + "]";
  }
}
