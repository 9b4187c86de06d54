package io.hushbus.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.crypto.CryptoPool;
import io.hushbus.crypto.Signer;
import io.hushbus.model.SecretValue;
import io.hushbus.model.Uuids;
import io.hushbus.support.TestClock;
import io.hushbus.support.Vectors;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The attacks of {@code vectors/jws-attacks.txt} on the door for the broker's own tokens. */
final class JwsAttacksTest {

  private static final String ISSUER = "https://broker.test";
  private static final UUID ID = UUID.fromString("11111111-1111-4111-8111-111111111111");
  private static final Signer SIGNER = signer(1);
  private static final Signer OTHER = signer(2);
  private static final BigInteger ORDER =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([a-z]+)(?::(\\d+))?}");
  private static final String HEADER = "{\"alg\":\"EdDSA\",\"kid\":\"${kid}\",\"typ\":\"JWT\"}";
  private static final String CLAIMS =
      """
      {"iss":"${iss}","aud":"hushbus","sub":"service_account:${id}","tid":"${id}","key":"${id}","jti":"${id}","iat":${now},"exp":${end}}\
      """;

  private static final Vertx vertx = Vertx.vertx();
  private static final CryptoPool pool = new CryptoPool(vertx, 1, CryptoPool.Metrics.NONE);
  private static final TestClock clock = new TestClock(Instant.parse("2026-01-01T00:00:00Z"));
  private static final BrokerTokens tokens =
      new BrokerTokens(
          vertx,
          List.of(SIGNER),
          ISSUER,
          Duration.ofMinutes(15),
          pool,
          new Uuids(new SecureRandom(), InstantSource.system()),
          clock);

  record Attack(String how, String number, String outcome, String header, String claims) {
    @Override
    public String toString() {
      return number + " " + how;
    }
  }

  @AfterAll
  static void stop() {
    pool.close();
    vertx.close().await();
  }

  static List<Attack> attacks() {
    return Vectors.lines("jws-attacks.txt").stream()
        .map(line -> line.split("\\|", -1))
        .map(f -> new Attack(f[0], f[1], f[2], f[3], f[4]))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void a_token_is_taken_only_in_its_one_form_and_with_its_one_signature(Attack attack) {
    assertThat(outcome(token(attack))).isEqualTo(attack.outcome());
  }

  private static String outcome(String text) {
    return TokenParser.parse(text)
        .map(token -> ended(tokens.verify(token)) ? "good" : "refused")
        .orElse("malformed");
  }

  private static boolean ended(Future<TokenClaims> verified) {
    return verified.map(claims -> true).otherwise(false).await();
  }

  private static String token(Attack attack) {
    String base = b64(filled(attack.header())) + "." + b64(filled(attack.claims()));
    byte[] good = SIGNER.sign(ascii(base));
    return switch (attack.how()) {
      case "signed" -> base + "." + b64(good);
      case "none" -> base + ".";
      case "two" -> base;
      case "four" -> base + "." + b64(good) + ".e30";
      case "hmac" -> base + "." + b64(hmac(SIGNER.publicKey(), base));
      case "hmacx" -> base + "." + b64(hmac(ascii(SIGNER.jwkX()), base));
      case "hmacpem" -> base + "." + b64(hmac(ascii(pem()), base));
      case "zero" -> base + "." + b64(new byte[64]);
      case "short" -> base + "." + b64(Arrays.copyOf(good, 63));
      case "long" -> base + "." + b64(Arrays.copyOf(good, 65));
      case "der" -> base + "." + b64(der(good));
      case "high" -> base + "." + b64(high(good));
      case "order" -> base + "." + b64(smallOrder());
      case "pad" -> base + "." + Base64.getUrlEncoder().encodeToString(good);
      case "plain" -> base + "." + b64(good).replaceFirst("[A-Za-z0-9]", "+");
      case "bits" -> base + "." + unusedBits(b64(good));
      case "space" -> base + ".\n" + b64(good);
      case "other" -> base + "." + b64(OTHER.sign(ascii(base)));
      case "body" -> base + "." + b64(SIGNER.sign(ascii(base + "x")));
      default -> throw new IllegalArgumentException(attack.how());
    };
  }

  private static String filled(String text) {
    String whole = text.replace("HEADER", HEADER).replace("CLAIMS", CLAIMS);
    return VARIABLE.matcher(whole).replaceAll(found -> Matcher.quoteReplacement(value(found)));
  }

  private static String value(java.util.regex.MatchResult found) {
    long now = clock.instant().getEpochSecond();
    return switch (found.group(1)) {
      case "kid" -> SIGNER.keyId();
      case "iss" -> ISSUER;
      case "id" -> ID.toString();
      case "now" -> Long.toString(now);
      case "end" -> Long.toString(now + 900);
      case "pad" -> "x".repeat(Integer.parseInt(found.group(2)));
      default -> throw new IllegalArgumentException(found.group());
    };
  }

  /** S is little endian in the second half; with the order added it still fits into 256 bits. */
  private static byte[] high(byte[] signature) {
    byte[] big = reversed(Arrays.copyOfRange(signature, 32, 64));
    byte[] sum = new BigInteger(1, big).add(ORDER).toByteArray();
    byte[] all = Arrays.copyOf(signature, 64);
    byte[] little = reversed(sum);
    Arrays.fill(all, 32, 64, (byte) 0);
    System.arraycopy(little, 0, all, 32, Math.min(32, little.length));
    return all;
  }

  private static byte[] smallOrder() {
    byte[] neutral = new byte[64];
    neutral[0] = 1;
    return neutral;
  }

  private static byte[] der(byte[] signature) {
    byte[] out = new byte[70];
    out[0] = 0x30;
    out[1] = 68;
    out[2] = 2;
    out[3] = 32;
    System.arraycopy(signature, 0, out, 4, 32);
    out[36] = 2;
    out[37] = 32;
    System.arraycopy(signature, 32, out, 38, 32);
    return out;
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] turned = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      turned[i] = bytes[bytes.length - 1 - i];
    }
    return turned;
  }

  private static String pem() {
    byte[] prefix = java.util.HexFormat.of().parseHex("302a300506032b6570032100");
    byte[] der = Arrays.copyOf(prefix, prefix.length + 32);
    System.arraycopy(SIGNER.publicKey(), 0, der, prefix.length, 32);
    String text = Base64.getEncoder().encodeToString(der);
    return "-----BEGIN PUBLIC KEY-----\n" + text + "\n-----END PUBLIC KEY-----\n";
  }

  private static byte[] hmac(byte[] key, String base) {
    return io.hushbus.crypto.Macs.hmacSha256(SecretValue.copyOf(key), ascii(base));
  }

  /** The last character of 64 bytes in base64url carries four bits that are not used. */
  private static String unusedBits(String text) {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    int last = alphabet.indexOf(text.charAt(text.length() - 1));
    return text.substring(0, text.length() - 1) + alphabet.charAt(last + 1);
  }

  private static Signer signer(int fill) {
    byte[] seed = new byte[32];
    seed[0] = (byte) fill;
    return new Signer(SecretValue.owning(seed));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String b64(String text) {
    return b64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String b64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
