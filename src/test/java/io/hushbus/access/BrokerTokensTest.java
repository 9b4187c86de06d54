package io.hushbus.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.crypto.CryptoPool;
import io.hushbus.crypto.Signer;
import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.Principal;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.hushbus.support.TestClock;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Tokens hold exactly when the broker made them, for itself, for a short time. */
final class BrokerTokensTest {

  private static final String ISSUER = "https://broker.test";
  private static final UUID ID = UUID.fromString("11111111-1111-4111-8111-111111111111");
  private static final Signer SIGNER = signer(1);
  private static final Signer OTHER = signer(2);
  private static final Vertx vertx = Vertx.vertx();
  private static final CryptoPool pool = new CryptoPool(vertx, 1, CryptoPool.Metrics.NONE);
  private final TestClock clock = new TestClock(Instant.now().truncatedTo(ChronoUnit.SECONDS));
  private final long now = clock.instant().getEpochSecond();
  private final BrokerTokens tokens = tokens(List.of(SIGNER));
  private final Caller caller =
      new Caller(
          new TenantId(ID),
          "acme",
          new Principal(Principal.Kind.SERVICE_ACCOUNT, ID),
          "ci",
          List.of(),
          0);

  @AfterAll
  static void stop() {
    pool.close();
    vertx.close().await();
  }

  @Test
  void a_token_says_whom_it_stands_for_and_for_how_long() {
    IssuedToken issued = tokens.issue(caller, ID).await();
    TokenClaims claims = tokens.verify(parsed(text(issued))).await();
    assertThat(claims.subject()).isEqualTo(caller.principal());
    assertThat(claims.tenant()).isEqualTo(caller.tenant());
    assertThat(claims.key()).isEqualTo(ID);
    assertThat(issued.lifetime()).isEqualTo(Duration.ofMinutes(15));
    assertThat(claims.expiresAt()).isEqualTo(clock.instant().plus(issued.lifetime()));
  }

  @Test
  void a_token_ends_in_time() {
    PresentedToken token = parsed(text(tokens.issue(caller, ID).await()));
    clock.pass(Duration.ofMinutes(15));
    refused(token);
  }

  @Test
  void a_correctly_signed_token_made_by_hand_holds() {
    assertThat(tokens.verify(parsed(signed(header(), claims()))).await().key()).isEqualTo(ID);
  }

  @Test
  void n22_without_a_key_nothing_starts() {
    assertThatThrownBy(() -> tokens(List.of())).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_lifetime_over_an_hour_is_refused_at_start() {
    assertThatThrownBy(
            () ->
                new BrokerTokens(
                    vertx, List.of(SIGNER), ISSUER, Duration.ofHours(2), pool, ids(), clock))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void n06_unsigned_tokens_are_refused() {
    String none = "{\"alg\":\"none\",\"kid\":\"%s\"}".formatted(SIGNER.keyId());
    assertThat(TokenParser.parse(b64(none) + "." + b64(claims()) + ".")).isEmpty();
    assertThat(TokenParser.parse(signed(none, claims()))).isEmpty();
    assertThat(TokenParser.parse(b64(header()) + "." + b64(claims()) + ".")).isEmpty();
    assertThat(TokenParser.parse(b64(header()) + "." + b64(claims()))).isEmpty();
    assertThat(TokenParser.parse(signed(header(), claims()) + ".x")).isEmpty();
  }

  @Test
  void n07_a_mac_keyed_with_the_public_key_is_refused() throws Exception {
    String header = "{\"alg\":\"HS256\",\"kid\":\"%s\"}".formatted(SIGNER.keyId());
    String base = b64(header) + "." + b64(claims());
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SIGNER.publicKey(), "HmacSHA256"));
    byte[] tag = mac.doFinal(base.getBytes(StandardCharsets.US_ASCII));
    assertThat(TokenParser.parse(base + "." + b64(tag))).isEmpty();
  }

  @Test
  void n08_times_must_be_there_as_whole_seconds() {
    String claims = claims();
    String exp = "\"exp\":" + (now + 900);
    for (String wrong :
        List.of(
            "\"exp\":\"" + (now + 900) + "\"",
            "\"exp\":" + (now + 900) + ".0",
            "\"exp\":1e308",
            "\"exp\":-1",
            "\"exp\":null",
            "\"exp\":true",
            "\"exp\":[" + (now + 900) + "]",
            "\"exp\":999999999999999999999999",
            "\"exp\":999999999999")) {
      assertThat(TokenParser.parse(signed(header(), claims.replace(exp, wrong))))
          .as(wrong)
          .isEmpty();
    }
    assertThat(TokenParser.parse(signed(header(), claims.replace("," + exp, "")))).isEmpty();
  }

  @Test
  void every_claim_is_required() {
    for (String name : List.of("iss", "aud", "sub", "tid", "key", "jti", "iat", "exp")) {
      String without = claims().replaceFirst("\"" + name + "\":(\"[^\"]*\"|\\d+),?", "");
      String fixed = without.replace(",}", "}");
      assertThat(fixed).isNotEqualTo(claims());
      assertThat(TokenParser.parse(signed(header(), fixed))).as(name).isEmpty();
    }
  }

  @Test
  void n09_too_long_a_life_or_a_time_to_come_is_refused() {
    refused(parsed(signed(header(), claims(ISSUER, "hushbus", now, now + 3601))));
    refused(parsed(signed(header(), claims(ISSUER, "hushbus", now + 31, now + 900))));
    refused(parsed(signed(header(), claims(ISSUER, "hushbus", now, now))));
    refused(parsed(signed(header(), claims(ISSUER, "hushbus", now - 10, now - 20))));
    assertThat(
            TokenParser.parse(signed(header(), claims().replace("\"iat\"", "\"nbf\":1,\"iat\""))))
        .isEmpty();
  }

  @Test
  void n10_a_token_by_or_for_somebody_else_is_refused() {
    refused(parsed(signed(header(), claims("https://other.test", "hushbus", now, now + 900))));
    refused(parsed(signed(header(), claims(ISSUER, "other", now, now + 900))));
    assertThat(
            TokenParser.parse(
                signed(header(), claims().replace("\"hushbus\"", "[\"hushbus\",\"other\"]"))))
        .isEmpty();
  }

  @Test
  void n11_the_header_names_no_keys_of_its_own() {
    for (String more :
        List.of(
            "\"jku\":\"https://evil.test/jwks\"",
            "\"x5u\":\"https://evil.test/cert\"",
            "\"jwk\":{\"kty\":\"OKP\"}",
            "\"x5c\":[]",
            "\"crit\":[\"exp\"]",
            "\"nonce\":\"1\"")) {
      String header = header().replace("}", "," + more + "}");
      assertThat(TokenParser.parse(signed(header, claims()))).as(more).isEmpty();
    }
  }

  @Test
  void n11_a_key_id_is_a_plain_name_of_a_known_key() {
    for (String kid : List.of("../../etc/passwd", "' OR 1=1 --", "a".repeat(1 << 20), "")) {
      String header = "{\"alg\":\"EdDSA\",\"kid\":\"%s\"}".formatted(kid);
      assertThat(TokenParser.parse(signed(header, claims()))).isEmpty();
    }
    refused(parsed(signed("{\"alg\":\"EdDSA\",\"kid\":\"unknown\"}", claims())));
    assertThat(TokenParser.parse(signed("{\"alg\":\"EdDSA\"}", claims()))).isEmpty();
  }

  @Test
  void n13_a_claim_that_comes_twice_is_refused() {
    String twice = claims().replace("{", "{\"sub\":\"service_account:" + ID + "\",");
    assertThat(TokenParser.parse(signed(header(), twice))).isEmpty();
    String header = header().replace("{", "{\"alg\":\"EdDSA\",");
    assertThat(TokenParser.parse(signed(header, claims()))).isEmpty();
  }

  @Test
  void deep_long_or_trailing_json_and_other_encodings_are_refused() {
    for (String payload :
        List.of(
            "[".repeat(3000),
            claims() + " {}",
            "\uFEFF" + claims(),
            claims().replace("\"hushbus\"", "\"h\u00fcshbus\""),
            "null",
            "")) {
      assertThat(TokenParser.parse(signed(header(), payload))).isEmpty();
    }
    byte[] wide = claims().getBytes(StandardCharsets.UTF_16BE);
    assertThat(TokenParser.parse(b64(header()) + "." + b64(wide) + "." + b64(new byte[64])))
        .isEmpty();
    assertThat(TokenParser.parse(signed(header(), claims().replace("}", " ".repeat(9000) + "}"))))
        .isEmpty();
  }

  @Test
  void a_signature_by_another_key_or_over_another_text_does_not_hold() {
    String base = b64(header()) + "." + b64(claims());
    refused(parsed(base + "." + b64(OTHER.sign(base.getBytes(StandardCharsets.US_ASCII)))));
    String changed =
        b64(header()) + "." + b64(claims().replace(ID.toString(), new UUID(1, 2) + ""));
    refused(parsed(changed + "." + b64(SIGNER.sign(base.getBytes(StandardCharsets.US_ASCII)))));
  }

  @Test
  void a_text_that_decodes_to_the_same_bytes_is_another_token() {
    String good = signed(header(), claims());
    assertThat(TokenParser.parse(good + "=")).isEmpty();
    // The last character of 64 bytes in base64url carries two bits that are not used.
    String other = good.substring(0, good.length() - 1) + next(good.charAt(good.length() - 1));
    assertThat(TokenParser.parse(other)).isEmpty();
  }

  @Test
  void while_keys_are_rolled_both_verify_and_the_newer_signs() {
    String old = text(tokens.issue(caller, ID).await());
    BrokerTokens rolled = tokens(List.of(SIGNER, OTHER));
    assertThat(rolled.verify(parsed(old)).await().key()).isEqualTo(ID);
    PresentedToken fresh = parsed(text(rolled.issue(caller, ID).await()));
    assertThat(fresh.keyId()).isEqualTo(OTHER.keyId());
    assertThat(rolled.verify(fresh).await().key()).isEqualTo(ID);
    refused(fresh);
  }

  @Test
  void the_published_keys_are_the_public_halves() {
    BrokerTokens rolled = tokens(List.of(SIGNER, OTHER));
    assertThat(rolled.jwks())
        .contains(SIGNER.keyId(), OTHER.keyId(), SIGNER.jwkX(), "\"crv\":\"Ed25519\"")
        .doesNotContain("\"d\"");
    SIGNER.withJwkD(secret -> assertThat(rolled.jwks()).doesNotContain(secret));
  }

  @Test
  void tokens_are_in_no_text_form() {
    IssuedToken issued = tokens.issue(caller, ID).await();
    String text = text(issued);
    assertThat(issued.toString()).doesNotContain(text.substring(0, 20));
    assertThat(new Credential.Token(parsed(text)).toString()).doesNotContain(text);
    assertThat(TokenDigest.of(text).toString()).isEqualTo("TokenDigest[hidden]");
  }

  private void refused(PresentedToken token) {
    assertThatThrownBy(() -> tokens.verify(token).await())
        .isInstanceOf(Failure.Unauthenticated.class)
        .hasMessage("unauthenticated")
        .hasNoCause();
  }

  private BrokerTokens tokens(List<Signer> signers) {
    return new BrokerTokens(vertx, signers, ISSUER, Duration.ofMinutes(15), pool, ids(), clock);
  }

  private static Uuids ids() {
    return new Uuids(new SecureRandom(), InstantSource.system());
  }

  private static Signer signer(int fill) {
    byte[] seed = new byte[32];
    seed[0] = (byte) fill;
    return new Signer(SecretValue.owning(seed));
  }

  private static String header() {
    return "{\"alg\":\"EdDSA\",\"kid\":\"%s\",\"typ\":\"JWT\"}".formatted(SIGNER.keyId());
  }

  private String claims() {
    return claims(ISSUER, "hushbus", now, now + 900);
  }

  private static String claims(String issuer, String audience, long iat, long exp) {
    return """
    {"iss":"%s","aud":"%s","sub":"service_account:%s","tid":"%s","key":"%s","jti":"%s","iat":%d,"exp":%d}\
    """
        .formatted(issuer, audience, ID, ID, ID, ID, iat, exp);
  }

  private static String signed(String header, String claims) {
    String base = b64(header) + "." + b64(claims);
    return base + "." + b64(SIGNER.sign(base.getBytes(StandardCharsets.US_ASCII)));
  }

  private static PresentedToken parsed(String text) {
    return TokenParser.parse(text).orElseThrow();
  }

  private static String text(IssuedToken issued) {
    return issued.token().reveal(bytes -> new String(bytes, StandardCharsets.US_ASCII));
  }

  private static char next(char last) {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return alphabet.charAt(alphabet.indexOf(last) + 1);
  }

  private static String b64(String text) {
    return b64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String b64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
