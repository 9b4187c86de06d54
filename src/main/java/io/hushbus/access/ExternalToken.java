package io.hushbus.access;

import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A token of an identity provider as somebody presents it: a compact JWS (RFC 7515) of three
 * canonical base64url segments, at most 8 KiB; a header of alg, kid, typ and thumbprints and
 * nothing else, so none that brings keys along (jku, x5u, jwk, x5c) or changes the rules (crit,
 * b64, zip); claims with iss, sub, aud, iat and exp in them. Its signature is not yet checked.
 */
final class ExternalToken {

  private static final Set<String> HEADER = Set.of("alg", "kid", "typ", "x5t", "x5t#S256");
  private static final Pattern KEY_ID = Pattern.compile("[A-Za-z0-9._=+-]{1,128}");
  private static final int TEXT = 512;
  private static final int AUDIENCES = 16;

  private final String text;
  private final Algorithm algorithm;
  private final Optional<String> keyId;
  private final Claims claims;
  private final List<String> audiences;

  private ExternalToken(
      String text, Algorithm algorithm, Optional<String> keyId, Claims claims, List<String> aud) {
    this.text = text;
    this.algorithm = algorithm;
    this.keyId = keyId;
    this.claims = claims;
    this.audiences = List.copyOf(aud);
  }

  /** The token; empty for every other text. Never throws. */
  static Optional<ExternalToken> parse(String text) {
    String[] segments = text.split("\\.", 4);
    if (text.length() > Credential.LONGEST || segments.length != 3 || segments[2].isEmpty()) {
      return Optional.empty();
    }
    return decoded(segments[2])
        .flatMap(signature -> header(segments[0]))
        .flatMap(
            header ->
                decoded(segments[1])
                    .flatMap(JsonTree::object)
                    .flatMap(claims -> of(text, header, new Claims(claims))));
  }

  private static Optional<Claims> header(String segment) {
    return decoded(segment)
        .flatMap(JsonTree::object)
        .filter(header -> HEADER.containsAll(header.keySet()))
        .filter(header -> header.values().stream().allMatch(String.class::isInstance))
        .map(Claims::new)
        .filter(
            header -> header.text("kid").map(KEY_ID::matcher).map(m -> m.matches()).orElse(true));
  }

  private static Optional<ExternalToken> of(String text, Claims header, Claims claims) {
    Optional<Algorithm> algorithm = header.text("alg").flatMap(Algorithm::of);
    Optional<List<String>> audiences = claims.texts("aud").filter(all -> all.size() <= AUDIENCES);
    boolean complete =
        bounded(claims, "iss")
            && bounded(claims, "sub")
            && claims.time("iat").isPresent()
            && claims.time("exp").isPresent()
            && (!claims.has("nbf") || claims.time("nbf").isPresent());
    return complete && algorithm.isPresent() && audiences.isPresent()
        ? Optional.of(
            new ExternalToken(text, algorithm.get(), header.text("kid"), claims, audiences.get()))
        : Optional.empty();
  }

  private static boolean bounded(Claims claims, String name) {
    return claims.text(name).filter(text -> !text.isEmpty() && text.length() <= TEXT).isPresent();
  }

  /** The whole token, for the check of its signature. */
  String text() {
    return text;
  }

  Algorithm algorithm() {
    return algorithm;
  }

  /** Which key it says to be signed with. */
  Optional<String> keyId() {
    return keyId;
  }

  /** What it says; nothing of it may be believed before the signature was checked. */
  Claims claims() {
    return claims;
  }

  String issuer() {
    return claims.text("iss").orElseThrow();
  }

  List<String> audiences() {
    return audiences;
  }

  String subject() {
    return claims.text("sub").orElseThrow();
  }

  Instant issuedAt() {
    return claims.time("iat").orElseThrow();
  }

  Instant expiresAt() {
    return claims.time("exp").orElseThrow();
  }

  /** Whether it is in its time, and its time is no longer than that. */
  boolean holds(Instant now, Duration longest) {
    Instant soon = now.plus(TokenClaims.LEEWAY);
    return expiresAt().isAfter(now)
        && expiresAt().isAfter(issuedAt())
        && !expiresAt().isAfter(issuedAt().plus(longest))
        && !issuedAt().isAfter(soon)
        && !claims.time("nbf").orElse(issuedAt()).isAfter(soon);
  }

  /** Without padding, and with no other text for the same bytes. */
  private static Optional<byte[]> decoded(String segment) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(segment);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(segment)
          ? Optional.of(bytes)
          : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return "ExternalToken[hidden]";
  }
}
