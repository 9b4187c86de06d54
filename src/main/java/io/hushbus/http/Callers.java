package io.hushbus.http;

import io.hushbus.access.StreamTickets;
import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.RequestContext;
import io.vertx.core.Future;

/** Finds out who is calling; implemented by what knows tokens and keys. */
@FunctionalInterface
public interface Callers {

  /**
   * The caller that the value of the {@code Authorization} header stands for.
   *
   * @return fails with {@link Failure.Unauthenticated}, whatever was wrong with the credentials
   */
  Future<Caller> authenticate(String authorizationHeader, RequestContext context);

  /**
   * The caller that a ticket for a stream was made for, and the filters of the stream. By default
   * there are no tickets.
   *
   * @return fails with {@link Failure.Unauthenticated}, whatever was wrong with the ticket
   */
  default Future<StreamTickets.Redeemed> redeem(String ticket, RequestContext context) {
    return Future.failedFuture(Failure.unauthenticated());
  }
}
