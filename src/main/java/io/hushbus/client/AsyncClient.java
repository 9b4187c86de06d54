package io.hushbus.client;

import io.vertx.core.Future;
import java.util.Optional;

/**
 * A broker, in futures: they complete on the Vert.x context of the caller if it has one, else on a
 * thread of the client, where nothing may block. The same words as {@link HushbusClient}, whose
 * face this is; what is held is shared.
 */
public final class AsyncClient {

  private final Leasing leasing;

  AsyncClient(Leasing leasing) {
    this.leasing = leasing;
  }

  /** Opens a run, to which leases belong. */
  public Future<AsyncRun> open(RunAsk ask) {
    return Here.of(leasing.open(ask).map(course -> new AsyncRun(leasing, course)));
  }

  /** Leases all of it without a run, or nothing. */
  public Future<Granted<AsyncLease>> lease(LeaseAsk ask) {
    return Here.of(
        leasing
            .grant(ask, Optional.empty())
            .map(granted -> granted.map(one -> new AsyncLease(leasing, one))));
  }

  /** Notices, until they are closed. Completes when it is known from where on they come. */
  public Future<EventFeed> events(EventAsk ask, NoticeReader reader) {
    return Here.of(leasing.follow(Optional.empty(), ask, reader));
  }
}
