package io.hushbus.http;

import io.hushbus.access.AccessPolicy;
import io.hushbus.access.BrokerTokens;
import io.hushbus.access.ClientCredentials;
import io.hushbus.access.IssuedToken;
import io.hushbus.access.Rights;
import io.hushbus.access.StreamTickets;
import io.hushbus.access.TokenIssuer;
import io.hushbus.model.Action;
import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretValue;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The operations on {@code /auth}, and the public keys of the broker's tokens. */
final class IdentityEndpoints {

  private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
  private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

  private final AccessPolicy policy;
  private final TokenIssuer issuer;
  private final BrokerTokens tokens;
  private final StreamTickets tickets;

  IdentityEndpoints(
      AccessPolicy policy, TokenIssuer issuer, BrokerTokens tokens, StreamTickets tickets) {
    this.policy = policy;
    this.issuer = issuer;
    this.tokens = tokens;
    this.tickets = tickets;
  }

  Map<String, Endpoint> byOperation() {
    return Map.of(
        "issueToken", this::issue,
        "whoAmI", IdentityEndpoints::whoAmI,
        "createStreamTicket", this::ticket,
        "getJwks", call -> Future.succeededFuture(Answer.text("application/json", tokens.jwks())));
  }

  private Future<Answer> issue(Call call) {
    Body form = call.body();
    if (form.required("grant_type").equals(EXCHANGE)) {
      return exchange(call);
    }
    form.required("client_id");
    return form.value("client_secret").isPresent() ? byKey(call) : byCertificate(call);
  }

  /** RFC 8693, of a token of an identity provider. */
  private Future<Answer> exchange(Call call) {
    Body form = call.body();
    form.required("subject_token_type");
    String shown = text(form, "subject_token").orElseThrow(() -> missing("/subject_token"));
    return issuer
        .exchange(shown, form.text("tenant"), call.context())
        .map(token -> issued(token, Optional.of(ACCESS_TOKEN)));
  }

  /** RFC 8705 section 2: the certificate of the connection in place of a secret. */
  private Future<Answer> byCertificate(Call call) {
    if (call.context().certificate().isEmpty()) {
      throw missing("/client_secret");
    }
    UUID provider = UUID.fromString(call.body().required("client_id"));
    return issuer.issue(provider, call.context()).map(token -> issued(token, Optional.empty()));
  }

  private static Failure missing(String pointer) {
    return Failure.invalid(pointer, Failure.Code.MISSING_FIELD);
  }

  private static Optional<String> text(Body form, String field) {
    return form.value(field)
        .map(value -> value.bytes().reveal(bytes -> new String(bytes, StandardCharsets.US_ASCII)));
  }

  /** A ticket for one stream; the filters are kept as the query that the stream would have. */
  private Future<Answer> ticket(Call call) {
    String query = query(call.body().json());
    return policy
        .requireView(call.caller(), Action.EVENT_READ, "stream_ticket", call.context())
        .compose(grant -> tickets.create(grant, query))
        .map(IdentityEndpoints::ticket);
  }

  private static String query(JsonObject filters) {
    return filters.stream()
        .flatMap(
            field ->
                (field.getValue() instanceof JsonArray many
                        ? many.stream()
                        : Stream.of(field.getValue()))
                    .map(one -> field.getKey() + "=" + encoded((String) one)))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static Answer ticket(SecretValue ticket) {
    try {
      return Answer.json(
          201,
          json ->
              json.secret("ticket", ticket).field("expires_in", StreamTickets.LIFE.toSeconds()));
    } finally {
      ticket.close();
    }
  }

  /** RFC 6749 section 4.4, credentials in the form. */
  private Future<Answer> byKey(Call call) {
    ClientCredentials credentials =
        ClientCredentials.of(
            Optional.empty(),
            call.body().text("client_id"),
            call.body().value("client_secret").map(Body.Value::bytes));
    return issuer.issue(credentials, call.context()).map(token -> issued(token, Optional.empty()));
  }

  private static Answer issued(IssuedToken token, Optional<String> type) {
    try {
      return Answer.ok(
          json ->
              json.secret("access_token", token.token())
                  .field("issued_token_type", type)
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
                    .array("bindings", levels(caller), (inner, level) -> level.accept(inner))
                    .field("expires_at", expiresAt(caller))));
  }

  private static Optional<String> expiresAt(Caller caller) {
    return caller.proof().flatMap(Caller.Proof::expiresAt).map(JsonWriter::time);
  }

  private static List<Consumer<JsonWriter>> levels(Caller caller) {
    List<Consumer<JsonWriter>> all = new ArrayList<>();
    caller.bindings().forEach(binding -> all.add(json -> binding(json, binding)));
    caller.communities().forEach(role -> all.add(json -> atCommunity(json, role)));
    return all;
  }

  private static void binding(JsonWriter json, Caller.Binding binding) {
    json.field("role", binding.role().word())
        .field("project_id", binding.project().map(UUID::toString));
    rights(json, Rights.of(binding));
  }

  private static void atCommunity(JsonWriter json, Caller.AtCommunity role) {
    json.field("role", role.role().word()).field("community_id", role.community().toString());
    rights(json, Rights.of(role));
  }

  private static void rights(JsonWriter json, Rights rights) {
    json.texts("actions", words(rights.all()));
    unlessEmpty(json, "own_actions", rights.own());
    unlessEmpty(json, "tenant_actions", rights.above());
  }

  private static void unlessEmpty(JsonWriter json, String name, List<Action> actions) {
    if (!actions.isEmpty()) {
      json.texts(name, words(actions));
    }
  }

  private static List<String> words(List<Action> actions) {
    return actions.stream().map(Action::word).toList();
  }
}
