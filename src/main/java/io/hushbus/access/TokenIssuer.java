package io.hushbus.access;

import io.hushbus.model.Failure;
import io.hushbus.model.RequestContext;
import io.hushbus.model.TenantName;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.UUID;

/**
 * Makes tokens of some minutes out of what lasts longer or comes from elsewhere. A token can do
 * what its principal can, and lives no longer than what it was made for: a key, the token of an
 * identity provider, a certificate.
 */
public final class TokenIssuer {

  private final Authenticator authenticator;
  private final BrokerTokens tokens;

  public TokenIssuer(Authenticator authenticator, BrokerTokens tokens) {
    this.authenticator = authenticator;
    this.tokens = tokens;
  }

  /**
   * The OAuth 2 client credentials grant (RFC 6749, section 4.4).
   *
   * @return a token; {@link Failure.Unauthenticated} if the key does not hold or is another
   *     account's; {@link Failure.OverBudget} after too many failures
   */
  public Future<IssuedToken> issue(ClientCredentials credentials, RequestContext request) {
    return authenticator
        .login(credentials, request)
        .compose(caller -> tokens.issue(caller, caller.proof().orElseThrow().key()));
  }

  /**
   * The OAuth 2 token exchange (RFC 8693) of a token of an identity provider.
   *
   * @param tenant whose provider it is; empty: the audience of the token says so
   * @return a token that ends with the one shown; {@link Failure.Unauthenticated}
   */
  public Future<IssuedToken> exchange(
      String shown, Optional<String> tenant, RequestContext request) {
    Optional<TenantName> named = tenant.flatMap(ExternalIdentities::tenantName);
    if (tenant.isPresent() && named.isEmpty()) {
      return Future.failedFuture(Failure.unauthenticated());
    }
    return authenticator.external(shown, named, request).compose(tokens::issue);
  }

  /**
   * The client credentials grant of a client that shows a certificate (RFC 8705, section 2) and
   * names the provider that is to know it. The token is bound to the certificate.
   */
  public Future<IssuedToken> issue(UUID provider, RequestContext request) {
    return authenticator.certified(provider, request).compose(tokens::issue);
  }
}
