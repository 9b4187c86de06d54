package io.hushbus.support;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** An identity provider on loopback: a JWK set at a URL, and tokens signed by its keys. */
public final class IdentityServer implements AutoCloseable {

  /** How the server behaves when it is asked for its keys. */
  public enum Mood {
    WELL,
    DOWN,
    HUGE,
    SILENT,
    REDIRECTING
  }

  private final Map<String, KeyPair> keys = new LinkedHashMap<>();
  private final Map<String, String> algorithms = new LinkedHashMap<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final HttpServer server;
  private volatile Mood mood = Mood.WELL;

  public IdentityServer(Vertx vertx) {
    this.server =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  asked.incrementAndGet();
                  switch (mood) {
                    case WELL -> request.response().end(jwks().encode());
                    case DOWN -> request.response().setStatusCode(500).end();
                    case HUGE -> request.response().end("x".repeat(10 * 1024 * 1024));
                    case SILENT -> request.response().setChunked(true).write("{");
                    case REDIRECTING ->
                        request
                            .response()
                            .setStatusCode(302)
                            .putHeader("Location", "http://169.254.169.254/")
                            .end();
                  }
                })
            .listen(0, "127.0.0.1")
            .await();
  }

  /** A new key under an id: EdDSA, ES256, PS256 or RS256. */
  public IdentityServer key(String id, String algorithm) {
    try {
      KeyPairGenerator generator =
          switch (algorithm) {
            case "EdDSA" -> KeyPairGenerator.getInstance("Ed25519");
            case "ES256" -> KeyPairGenerator.getInstance("EC");
            default -> KeyPairGenerator.getInstance("RSA");
          };
      if (!algorithm.equals("EdDSA")) {
        generator.initialize(algorithm.equals("ES256") ? 256 : 2048);
      }
      keys.put(id, generator.generateKeyPair());
      algorithms.put(id, algorithm);
      return this;
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(missing);
    }
  }

  public void forget(String id) {
    keys.remove(id);
    algorithms.remove(id);
  }

  public void mood(Mood next) {
    mood = next;
  }

  /** How often the keys were asked for. */
  public int asked() {
    return asked.get();
  }

  public String url() {
    return "http://127.0.0.1:" + server.actualPort() + "/jwks";
  }

  public JsonObject jwks() {
    JsonArray all = new JsonArray();
    keys.keySet().forEach(id -> all.add(jwk(id)));
    return new JsonObject().put("keys", all);
  }

  /** The public key of an id. */
  public JsonObject jwk(String id) {
    JsonObject jwk = new JsonObject().put("kid", id).put("use", "sig");
    return switch (pair(id).getPublic()) {
      case RSAPublicKey rsa ->
          jwk.put("kty", "RSA")
              .put("alg", algorithm(id))
              .put("n", text(unsigned(rsa.getModulus().toByteArray(), 0)))
              .put("e", text(unsigned(rsa.getPublicExponent().toByteArray(), 0)));
      case ECPublicKey ec ->
          jwk.put("kty", "EC")
              .put("crv", "P-256")
              .put("x", text(unsigned(ec.getW().getAffineX().toByteArray(), 32)))
              .put("y", text(unsigned(ec.getW().getAffineY().toByteArray(), 32)));
      case EdECPublicKey ed -> {
        byte[] encoded = ed.getEncoded();
        yield jwk.put("kty", "OKP")
            .put("crv", "Ed25519")
            .put("x", text(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)));
      }
      default -> throw new IllegalStateException("no other keys are made here");
    };
  }

  /** A token as such a provider would make it. */
  public String token(String id, JsonObject claims) {
    return token(
        id,
        new JsonObject().put("alg", algorithm(id)).put("kid", id).put("typ", "JWT"),
        claims.encode());
  }

  /** A token of any header and any claims, rightly signed by the key. */
  public String token(String id, JsonObject header, String claims) {
    String signed =
        text(header.encode().getBytes(StandardCharsets.UTF_8))
            + "."
            + text(claims.getBytes(StandardCharsets.UTF_8));
    return signed + "." + text(signature(id, signed.getBytes(StandardCharsets.US_ASCII)));
  }

  private byte[] signature(String id, byte[] content) {
    try {
      Signature signature =
          switch (algorithm(id)) {
            case "EdDSA" -> Signature.getInstance("Ed25519");
            case "ES256" -> Signature.getInstance("SHA256withECDSAinP1363Format");
            case "PS256" -> {
              Signature pss = Signature.getInstance("RSASSA-PSS");
              pss.setParameter(
                  new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
              yield pss;
            }
            default -> Signature.getInstance("SHA256withRSA");
          };
      signature.initSign(pair(id).getPrivate());
      signature.update(content);
      return signature.sign();
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException(broken);
    }
  }

  private KeyPair pair(String id) {
    return Optional.ofNullable(keys.get(id)).orElseThrow();
  }

  private String algorithm(String id) {
    return Optional.ofNullable(algorithms.get(id)).orElseThrow();
  }

  /** Without a sign, padded to so many bytes. */
  private static byte[] unsigned(byte[] number, int size) {
    byte[] bare =
        number.length > 1 && number[0] == 0 ? Arrays.copyOfRange(number, 1, number.length) : number;
    byte[] padded = new byte[Math.max(size, bare.length)];
    System.arraycopy(bare, 0, padded, padded.length - bare.length, bare.length);
    return padded;
  }

  public static String text(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Override
  public void close() {
    server.close().await();
  }
}
