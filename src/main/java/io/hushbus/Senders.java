package io.hushbus;

import io.hushbus.access.Authenticator;
import io.hushbus.access.StreamTickets;
import io.hushbus.http.Callers;
import io.hushbus.model.Caller;
import io.hushbus.model.RequestContext;
import io.vertx.core.Future;

/** Who sends requests to the front door, as access control has it. */
record Senders(Authenticator authenticator) implements Callers {

  @Override
  public Future<Caller> authenticate(String authorizationHeader, RequestContext context) {
    return authenticator.authenticate(authorizationHeader, context);
  }

  @Override
  public Future<StreamTickets.Redeemed> redeem(String ticket, RequestContext context) {
    return authenticator.redeem(ticket, context);
  }
}
