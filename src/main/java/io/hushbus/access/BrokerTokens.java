package io.hushbus.access;

import io.hushbus.crypto.CryptoPool;
import io.hushbus.crypto.Signer;
import io.hushbus.crypto.SystemKeyKind;
import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.Principal;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.hushbus.tenant.Installation;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The broker's own tokens: JWTs signed with Ed25519 (RFC 8037), of at most an hour, that stand for
 * a service account key and end with it.
 *
 * <p>The library behind this accepts unsigned tokens when it has no key, and does not ask for
 * claims that are missing; so there must be a key, and a token gets here only through {@link
 * TokenParser}, which knows the one shape there is. The times are checked here too, by the clock
 * passed in, at every use. Every failure is the same {@link Failure.Unauthenticated}.
 */
public final class BrokerTokens {

  private static final String ALGORITHM = "EdDSA";

  private final JWTAuth signing;
  private final JWTAuth verifying;
  private final Set<String> keyIds;
  private final String jwks;
  private final String issuer;
  private final Duration lifetime;
  private final CryptoPool pool;
  private final Uuids ids;
  private final InstantSource clock;

  /**
   * @param signers the last one signs; the others' tokens still verify, while keys are rolled
   * @param lifetime of a token, over 0 and at most an hour
   * @throws IllegalStateException if there is no key: the broker must not start
   */
  public BrokerTokens(
      Vertx vertx,
      List<Signer> signers,
      String issuer,
      Duration lifetime,
      CryptoPool pool,
      Uuids ids,
      InstantSource clock) {
    if (signers.isEmpty()) {
      throw new IllegalStateException("there is no key to sign tokens with; refusing to start");
    }
    if (!lifetime.isPositive() || lifetime.compareTo(TokenClaims.LONGEST) > 0) {
      throw new IllegalArgumentException("tokens live for at most an hour, and for some time");
    }
    this.signing = provider(vertx, issuer, List.of(privateKey(signers.getLast())));
    this.verifying = provider(vertx, issuer, publicKeys(signers));
    this.keyIds = signers.stream().map(Signer::keyId).collect(Collectors.toUnmodifiableSet());
    this.jwks = new JsonObject().put("keys", new JsonArray(publicKeys(signers))).encode();
    this.issuer = issuer;
    this.lifetime = lifetime.truncatedTo(ChronoUnit.SECONDS);
    this.pool = pool;
    this.ids = ids;
    this.clock = clock;
  }

  /** With the signing keys of the installation, every generation of them. */
  public static BrokerTokens of(
      Vertx vertx,
      Installation installation,
      String issuer,
      Duration lifetime,
      CryptoPool pool,
      Uuids ids,
      InstantSource clock) {
    List<Signer> signers =
        installation.systemKeys(SystemKeyKind.TOKEN_SIGNING).values().stream()
            .map(Signer::new)
            .toList();
    return new BrokerTokens(vertx, signers, issuer, lifetime, pool, ids, clock);
  }

  /** The issuer that these tokens name. */
  String issuer() {
    return issuer;
  }

  /** The public keys as a JWK set (RFC 7517), for {@code /.well-known/jwks.json}. */
  public String jwks() {
    return jwks;
  }

  /** A token for a caller that presented a key. */
  Future<IssuedToken> issue(Caller caller, UUID key) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    return issue(claims(caller.tenant(), caller.principal(), key, now, lifetime), lifetime);
  }

  /**
   * A token for a subject of an identity provider. It lives no longer than what the subject showed.
   *
   * @return unauthenticated, if that would be less than a second
   */
  Future<IssuedToken> issue(TokenClaims shown) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Duration left = Duration.between(now, shown.expiresAt()).truncatedTo(ChronoUnit.SECONDS);
    Duration life = left.compareTo(lifetime) < 0 ? left : lifetime;
    if (!life.isPositive()) {
      return unauthenticated();
    }
    JsonObject claims = claims(shown.tenant(), shown.subject(), shown.key(), now, life);
    shown.held().ifPresent(bits -> claims.put("map", bits));
    shown
        .certificate()
        .ifPresent(print -> claims.put("cnf", new JsonObject().put("x5t#S256", print)));
    return issue(claims, life);
  }

  /** The clock that tokens are judged by. */
  Instant now() {
    return clock.instant();
  }

  private Future<IssuedToken> issue(JsonObject claims, Duration life) {
    JWTOptions options = new JWTOptions().setAlgorithm(ALGORITHM).setNoTimestamp(true);
    return pool.heavy(() -> signing.generateToken(claims, options))
        .map(token -> new IssuedToken(SecretValue.ofText(token), life));
  }

  /**
   * Whether the token could be good: its claims hold and its key is known. Costs next to nothing.
   */
  boolean plausible(PresentedToken token) {
    return keyIds.contains(token.keyId()) && token.claims().holds(issuer, clock.instant());
  }

  /** The claims of a token that holds. Costs a signature check, on the pool. */
  Future<TokenClaims> verify(PresentedToken token) {
    return plausible(token)
        ? pool.heavy(() -> signed(token))
            .compose(signed -> signed ? Future.succeededFuture(token.claims()) : unauthenticated())
        : unauthenticated();
  }

  /** Whether claims that held once are still in their time. */
  boolean live(TokenClaims claims) {
    return claims.livesAt(clock.instant());
  }

  /** How much longer they will be. */
  Duration remaining(TokenClaims claims) {
    return Duration.between(clock.instant(), claims.expiresAt());
  }

  // The provider completes its future before it returns it: it only computes.
  private boolean signed(PresentedToken token) {
    return verifying.authenticate(new TokenCredentials(token.text())).succeeded();
  }

  private JsonObject claims(
      TenantId tenant, Principal subject, UUID key, Instant now, Duration life) {
    return new JsonObject()
        .put("iss", issuer)
        .put("aud", TokenClaims.AUDIENCE)
        .put("sub", subject.toString())
        .put("tid", tenant.toString())
        .put("key", key.toString())
        .put("jti", ids.random().toString())
        .put("iat", now.getEpochSecond())
        .put("exp", now.plus(life).getEpochSecond());
  }

  private static JWTAuth provider(Vertx vertx, String issuer, List<JsonObject> keys) {
    // The times are TokenClaims' to check, at every use and by the clock passed in; the library
    // would take the system's.
    JWTOptions rules =
        new JWTOptions()
            .setAlgorithm(ALGORITHM)
            .setIssuer(issuer)
            .addAudience(TokenClaims.AUDIENCE)
            .setIgnoreExpiration(true);
    return JWTAuth.create(vertx, new JWTAuthOptions().setJwks(keys).setJWTOptions(rules));
  }

  private static List<JsonObject> publicKeys(List<Signer> signers) {
    return signers.stream().map(BrokerTokens::publicKey).toList();
  }

  private static JsonObject publicKey(Signer signer) {
    return new JsonObject()
        .put("kty", "OKP")
        .put("crv", "Ed25519")
        .put("use", "sig")
        .put("alg", ALGORITHM)
        .put("kid", signer.keyId())
        .put("x", signer.jwkX());
  }

  private static JsonObject privateKey(Signer signer) {
    return signer.withJwkD(secret -> publicKey(signer).put("d", secret));
  }

  private static <T> Future<T> unauthenticated() {
    return Future.failedFuture(Failure.unauthenticated());
  }
}
