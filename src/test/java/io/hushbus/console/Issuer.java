package io.hushbus.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.hushbus.support.IdentityServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/**
 * A small issuer of OpenID Connect on loopback, at a path of its own: discovery, a page that asks
 * who one is, the code flow for a public client with PKCE as RFC 7636 says, refresh tokens that
 * change with each use. It refuses what a good one refuses, and does wrong what a test tells it to.
 */
final class Issuer implements AutoCloseable {

  static final String CLIENT = "hushbus-console";
  private static final String KEY = "k";
  private static final int TEN_MINUTES = 600;

  /** What it does wrong. */
  enum Wrong {
    NOTHING,
    STATE,
    NONCE,
    ISSUER,
    EXPIRED_CODE,
    AWAY,
    OTHER_ORIGIN
  }

  private record Asked(Map<String, String> query, String person) {}

  private final IdentityServer keys;
  private final HttpServer server;
  private final Map<String, Asked> codes = new ConcurrentHashMap<>();
  private final Map<String, Asked> refreshes = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> granted = new ConcurrentLinkedQueue<>();
  private volatile Wrong wrong = Wrong.NOTHING;
  private volatile boolean refreshing = true;
  private volatile int life = TEN_MINUTES;

  Issuer(IdentityServer keys) {
    this.keys = keys.key(KEY, "ES256");
    try {
      this.server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
    server.createContext("/realm/.well-known/openid-configuration", this::describe);
    server.createContext("/realm/authorize", this::authorize);
    server.createContext("/realm/answer", this::answer);
    server.createContext("/realm/token", this::token);
    server.start();
  }

  String address() {
    return origin() + "/realm";
  }

  String origin() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** As it is configured at the broker: RS256 or ES256 by the key set. */
  JsonObject keySet() {
    return keys.jwks();
  }

  void does(Wrong what) {
    wrong = what;
  }

  /** How its tokens are from now on. */
  void gives(boolean refreshTokens, int seconds) {
    refreshing = refreshTokens;
    life = seconds;
  }

  /** The grants that it has given tokens for, in order. */
  List<String> granted() {
    return List.copyOf(granted);
  }

  private void describe(HttpExchange exchange) throws IOException {
    String self = wrong == Wrong.ISSUER ? "http://127.0.0.1:1/other" : address();
    String tokens = wrong == Wrong.OTHER_ORIGIN ? "http://localhost:1" : origin();
    send(
        exchange,
        wrong == Wrong.AWAY ? 503 : 200,
        "application/json",
        new JsonObject()
            .put("issuer", self)
            .put("authorization_endpoint", address() + "/authorize?theme=plain")
            .put("token_endpoint", tokens + "/realm/token")
            .put("authorization_response_iss_parameter_supported", true)
            .encode());
  }

  private void authorize(HttpExchange exchange) throws IOException {
    Map<String, String> asked = form(exchange.getRequestURI().getRawQuery());
    boolean good =
        CLIENT.equals(asked.get("client_id"))
            && "code".equals(asked.get("response_type"))
            && "S256".equals(asked.get("code_challenge_method"))
            && asked.getOrDefault("code_challenge", "").length() == 43
            && "plain".equals(asked.get("theme"))
            && Arrays.asList(asked.getOrDefault("scope", "").split(" ", -1)).contains("openid")
            && asked.containsKey("nonce")
            && asked.getOrDefault("redirect_uri", "").endsWith("/console/callback.html");
    send(
        exchange,
        good ? 200 : 400,
        "text/html; charset=utf-8",
        good ? page(exchange.getRequestURI().getRawQuery()) : "<p>A bad request.</p>");
  }

  private static String page(String query) {
    return """
    <!doctype html><html lang="en"><title>Work</title><link rel="icon" href="data:,"><main><h1>Work</h1>
    <form action="answer" method="get"><input type="hidden" name="asked" value="%s">
    <label>Name <input name="person"></label>
    <button name="consent" value="yes">Allow</button><button name="consent" value="no">Deny</button></form></main>
    """
        .formatted(query.replace("&", "&amp;").replace("\"", "&quot;"));
  }

  private void answer(HttpExchange exchange) throws IOException {
    Map<String, String> said = form(exchange.getRequestURI().getRawQuery());
    Map<String, String> asked = form(said.getOrDefault("asked", ""));
    String state = asked.getOrDefault("state", "");
    if (wrong == Wrong.STATE) {
      state = state.replaceAll("\\..*", ".another");
    }
    String back = "?state=" + encoded(state) + "&iss=" + encoded(address()) + "&session_state=x";
    if ("yes".equals(said.get("consent"))) {
      String code = UUID.randomUUID().toString();
      codes.put(code, new Asked(asked, said.getOrDefault("person", "")));
      back += "&code=" + code;
    } else {
      back += "&error=access_denied";
    }
    exchange.getResponseHeaders().set("Location", asked.getOrDefault("redirect_uri", "") + back);
    exchange.sendResponseHeaders(303, -1);
    exchange.close();
  }

  private void token(HttpExchange exchange) throws IOException {
    Map<String, String> form = form(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    Optional<Asked> right =
        switch (form.getOrDefault("grant_type", "")) {
          case "authorization_code" -> redeemed(form);
          case "refresh_token" ->
              Optional.ofNullable(refreshes.remove(form.getOrDefault("refresh_token", "")));
          default -> Optional.empty();
        };
    right.ifPresent(asked -> granted.add(form.getOrDefault("grant_type", "")));
    send(
        exchange,
        wrong == Wrong.AWAY ? 502 : right.isPresent() ? 200 : 400,
        "application/json",
        right.map(this::tokens).orElse(new JsonObject().put("error", "invalid_grant")).encode());
  }

  private Optional<Asked> redeemed(Map<String, String> form) {
    Optional<Asked> asked = Optional.ofNullable(codes.remove(form.getOrDefault("code", "")));
    return wrong == Wrong.EXPIRED_CODE
        ? Optional.empty()
        : asked.filter(
            one ->
                challenge(form.getOrDefault("code_verifier", ""))
                        .equals(one.query().get("code_challenge"))
                    && CLIENT.equals(form.get("client_id"))
                    && form.getOrDefault("redirect_uri", "")
                        .equals(one.query().get("redirect_uri")));
  }

  private JsonObject tokens(Asked asked) {
    long now = Instant.now().getEpochSecond();
    String nonce = asked.query().getOrDefault("nonce", "");
    JsonObject claims =
        new JsonObject()
            .put("iss", address())
            .put("aud", CLIENT)
            .put("sub", asked.person())
            .put("team", asked.person().equals("nobody") ? "none" : "data")
            .put("hd", asked.person().equals("stranger") ? "elsewhere" : "acme.example")
            .put("nonce", wrong == Wrong.NONCE ? "another" : nonce)
            .put("iat", now)
            .put("exp", now + life);
    JsonObject all =
        new JsonObject()
            .put("access_token", "for the issuer itself")
            .put("token_type", "Bearer")
            .put("id_token", keys.token(KEY, claims));
    if (refreshing) {
      String refresh = UUID.randomUUID().toString();
      refreshes.put(refresh, asked);
      all.put("refresh_token", refresh);
    }
    return all;
  }

  private static String challenge(String verifier) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(UTF_8));
      return IdentityServer.text(hash);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(missing);
    }
  }

  private static void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static Map<String, String> form(String query) {
    return new HashMap<>(
        Arrays.stream(query.split("&", -1))
            .map(pair -> pair.split("=", 2))
            .filter(pair -> pair.length == 2)
            .collect(
                Collectors.toMap(
                    pair -> URLDecoder.decode(pair[0], UTF_8),
                    pair -> URLDecoder.decode(pair[1], UTF_8),
                    (one, other) -> other)));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
