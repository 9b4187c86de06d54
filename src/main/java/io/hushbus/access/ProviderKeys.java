package io.hushbus.access;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.math.BigInteger;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The public keys of an identity provider, each for the algorithms that fit it. A verifier has one
 * key and one algorithm: what the token says only chooses among them. Symmetric keys, weak RSA
 * keys, keys for encryption and keys that cannot be read are not taken.
 */
final class ProviderKeys {

  private static final Set<String> PUBLIC = Set.of("kty", "crv", "x", "y", "n", "e");
  private static final int MOST = 64;
  private static final int RSA_LEAST = 2048;
  private static final int RSA_MOST = 8192;
  private static final int EXPONENT_BITS = 64;
  // The library would check times by the system's clock; ExternalToken checks them, by ours.
  private static final int NO_MATTER = 10 * 365 * 24 * 3600;

  private record Use(Optional<String> id, Algorithm algorithm) {}

  private final Map<Use, JWTAuth> verifiers;

  private ProviderKeys(Map<Use, JWTAuth> verifiers) {
    this.verifiers = Map.copyOf(verifiers);
  }

  /** Those of the keys that can be used. */
  static ProviderKeys of(Vertx vertx, List<Map<String, String>> jwks) {
    Map<Use, JWTAuth> verifiers = new HashMap<>();
    for (Map<String, String> jwk : jwks.subList(0, Math.min(MOST, jwks.size()))) {
      Optional<String> id = Optional.ofNullable(jwk.get("kid"));
      if (isFit(jwk) && (id.isPresent() || jwks.size() == 1)) {
        Algorithm.ALL.stream()
            .filter(one -> one.fits(jwk.getOrDefault("kty", ""), jwk.getOrDefault("crv", "")))
            .filter(one -> one.word().equals(jwk.getOrDefault("alg", one.word())))
            .forEach(
                one ->
                    verifier(vertx, jwk, one)
                        .ifPresent(made -> verifiers.putIfAbsent(new Use(id, one), made)));
      }
    }
    return new ProviderKeys(verifiers);
  }

  boolean isEmpty() {
    return verifiers.isEmpty();
  }

  /** Whether there is the key that the token says to be signed with. */
  boolean has(ExternalToken token) {
    return verifiers.containsKey(use(token));
  }

  /** Whether that key signed the token. Costs a signature check. */
  boolean signed(ExternalToken token) {
    JWTAuth verifier = verifiers.get(use(token));
    // The provider completes its future before it returns it: it only computes.
    return verifier != null
        && verifier.authenticate(new TokenCredentials(token.text())).succeeded();
  }

  private static Use use(ExternalToken token) {
    return new Use(token.keyId(), token.algorithm());
  }

  private static boolean isFit(Map<String, String> jwk) {
    return jwk.containsKey("kty")
        && jwk.getOrDefault("use", "sig").equals("sig")
        && (!"RSA".equals(jwk.get("kty")) || isStrongRsa(jwk));
  }

  private static boolean isStrongRsa(Map<String, String> jwk) {
    try {
      BigInteger modulus = number(jwk.getOrDefault("n", ""));
      BigInteger exponent = number(jwk.getOrDefault("e", ""));
      return modulus.bitLength() >= RSA_LEAST
          && modulus.bitLength() <= RSA_MOST
          && exponent.testBit(0)
          && exponent.bitLength() > 1
          && exponent.bitLength() <= EXPONENT_BITS;
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  private static BigInteger number(String base64url) {
    return new BigInteger(1, Base64.getUrlDecoder().decode(base64url));
  }

  private static Optional<JWTAuth> verifier(
      Vertx vertx, Map<String, String> jwk, Algorithm algorithm) {
    JsonObject key = new JsonObject().put("alg", algorithm.word()).put("use", "sig");
    jwk.forEach(
        (name, text) -> {
          if (PUBLIC.contains(name)) {
            key.put(name, text);
          }
        });
    JWTOptions rules =
        new JWTOptions()
            .setAlgorithm(algorithm.word())
            .setIgnoreExpiration(true)
            .setLeeway(NO_MATTER);
    try {
      return Optional.of(
          JWTAuth.create(vertx, new JWTAuthOptions().addJwk(key).setJWTOptions(rules)));
    } catch (RuntimeException unreadable) {
      return Optional.empty();
    }
  }
}
