package io.hushbus.client;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * A broker, in futures: they complete on the Vert.x context of the caller if it has one, else on a
 * thread of the client, where nothing may block. The same words as {@link HushbusClient}, whose
 * face this is; what is held is shared.
 */
public final class AsyncClient {

  private final Leasing leasing;
  private final Here here;

  AsyncClient(Leasing leasing, Here here) {
    this.leasing = leasing;
    this.here = here;
  }

  /** Opens a run, to which leases belong. */
  public Future<AsyncRun> open(RunAsk ask) {
    return here.of(leasing.open(ask).map(course -> new AsyncRun(leasing, course, here)));
  }

  /** Leases all of it without a run, or nothing. */
  public Future<Granted<AsyncLease>> lease(LeaseAsk ask) {
    return here.of(
        leasing
            .grant(ask, Optional.empty())
            .map(granted -> granted.map(one -> new AsyncLease(leasing, one, here))));
  }

  /** Notices, until they are closed. Completes when it is known from where on they come. */
  public Future<EventFeed> events(EventAsk ask, NoticeReader reader) {
    return here.of(leasing.follow(Optional.empty(), ask, reader));
  }

  /** What a task would get of an environment, seen from a place: no value, no lease. */
  public Future<Resolution> resolve(Place from, String environment) {
    return here.of(leasing.resolve(from, body -> body.field("environment", environment)));
  }

  /** The same of needs without an environment. */
  public Future<Resolution> resolve(Place from, List<Need> needs) {
    return here.of(
        leasing.resolve(
            from, body -> body.array("secrets", needs, (item, need) -> need.into(item))));
  }

  /**
   * Shows a value to a person, where the project allows that; on record, with a lease of its own.
   *
   * @return the caller's, to be closed
   */
  public Future<LeasedSecret> reveal(Place where, String secret) {
    return here.of(leasing.reveal(where, secret));
  }
}
