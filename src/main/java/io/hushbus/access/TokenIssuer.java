package io.hushbus.access;

import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.vertx.core.Future;

/**
 * The OAuth 2 client credentials grant: a key for a token of some minutes. The token can do what
 * the account can, and no longer than the key lives.
 */
public final class TokenIssuer {

  private final Authenticator authenticator;
  private final BrokerTokens tokens;

  public TokenIssuer(Authenticator authenticator, BrokerTokens tokens) {
    this.authenticator = authenticator;
    this.tokens = tokens;
  }

  /**
   * @return a token; {@link Failure.Unauthenticated} if the key does not hold or is another
   *     account's
   */
  public Future<IssuedToken> issue(ClientCredentials credentials) {
    return authenticator
        .byKey(credentials.key())
        .compose(
            caller ->
                caller.principal().id().equals(credentials.account())
                    ? issue(caller)
                    : Future.failedFuture(Failure.unauthenticated()));
  }

  private Future<IssuedToken> issue(Caller caller) {
    return tokens.issue(caller, caller.proof().orElseThrow().key());
  }
}
