package io.hushbus.http;

import io.hushbus.access.BrokerTokens;
import io.hushbus.access.ClientCredentials;
import io.hushbus.access.IssuedToken;
import io.hushbus.access.TokenIssuer;
import io.hushbus.model.Caller;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The operations on {@code /auth}, and the public keys of the broker's tokens. */
final class IdentityEndpoints {

  private final TokenIssuer issuer;
  private final BrokerTokens tokens;

  IdentityEndpoints(TokenIssuer issuer, BrokerTokens tokens) {
    this.issuer = issuer;
    this.tokens = tokens;
  }

  Map<String, Endpoint> byOperation() {
    return Map.of(
        "issueToken", this::issue,
        "whoAmI", IdentityEndpoints::whoAmI,
        "getJwks", call -> Future.succeededFuture(Answer.text("application/json", tokens.jwks())));
  }

  /** RFC 6749 section 4.4, credentials in the form. */
  private Future<Answer> issue(Call call) {
    ClientCredentials credentials =
        ClientCredentials.of(
            Optional.empty(),
            call.body().text("client_id"),
            call.body().value("client_secret").map(Body.Value::bytes));
    return issuer.issue(credentials).map(IdentityEndpoints::issued);
  }

  private static Answer issued(IssuedToken token) {
    try {
      return Answer.ok(
          json ->
              json.secret("access_token", token.token())
                  .field("token_type", "Bearer")
                  .field("expires_in", token.lifetime().toSeconds()));
    } finally {
      token.token().close();
    }
  }

  private static Future<Answer> whoAmI(Call call) {
    Caller caller = call.caller();
    return Future.succeededFuture(
        Answer.ok(
            json ->
                json.object(
                        "tenant",
                        tenant ->
                            tenant
                                .field("id", caller.tenant().toString())
                                .field("name", caller.tenantName()))
                    .object(
                        "principal",
                        principal ->
                            principal
                                .field("kind", caller.principal().kind().word())
                                .field("id", caller.principal().id().toString())
                                .field("name", caller.displayName()))
                    .array("bindings", caller.bindings(), IdentityEndpoints::binding)));
  }

  private static void binding(JsonWriter json, Caller.Binding binding) {
    json.field("role", binding.role().word())
        .field("project_id", binding.project().map(UUID::toString));
  }
}
