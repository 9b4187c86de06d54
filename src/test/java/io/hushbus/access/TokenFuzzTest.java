package io.hushbus.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.Fuzz;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whatever comes as a credential: it has the one form there is, or it is none. */
final class TokenFuzzTest {

  private static final String HEADER =
      "{\"alg\":\"EdDSA\",\"kid\":\"ed_0123456789abcdef\",\"typ\":\"JWT\"}";
  private static final String ID = "11111111-1111-4111-8111-111111111111";
  private static final String CLAIMS =
      """
      {"iss":"hushbus","aud":"hushbus","sub":"service_account:%s","tid":"%s","key":"%s","jti":"%s","iat":1,"exp":900}\
      """
          .formatted(ID, ID, ID, ID);
  private static final String SIGNATURE =
      Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[64]);

  @Test
  void any_text_is_a_token_in_its_one_spelling_or_none() {
    Fuzz.of(token(HEADER, CLAIMS), "a.b.c", "..", "hsb_" + "x".repeat(49))
        .run(
            input -> {
              String text = new String(input, StandardCharsets.UTF_8);
              TokenParser.parse(text)
                  .ifPresent(
                      token -> assertThat(token.text()).isEqualTo(text).matches("[A-Za-z0-9_.-]+"));
              Optional<Credential> credential =
                  Credential.inHeader("Bearer " + text).flatMap(Credential::parse);
              if (TokenParser.parse(text).isPresent()) {
                assertThat(credential).isPresent();
              }
            });
  }

  @Test
  void any_header_is_that_of_a_token_or_none() {
    Fuzz.of(HEADER, "{\"alg\":\"none\"}", "{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\"}}")
        .run(
            input ->
                TokenParser.parse(token(input, CLAIMS))
                    .ifPresent(token -> assertThat(token.keyId()).matches("[A-Za-z0-9_-]{1,64}")));
  }

  @Test
  void any_claims_are_those_of_a_token_or_none() {
    Fuzz.of(CLAIMS, CLAIMS.replace(":1,", ":1.0,"), "{\"exp\":1e308,\"aud\":[\"hushbus\"]}")
        .run(
            input ->
                TokenParser.parse(token(HEADER, input))
                    .ifPresent(
                        token ->
                            assertThat(token.claims().expiresAt().getEpochSecond()).isPositive()));
  }

  private static String token(String header, String claims) {
    return token(header.getBytes(StandardCharsets.UTF_8), claims);
  }

  private static String token(byte[] header, String claims) {
    return token(header, claims.getBytes(StandardCharsets.UTF_8));
  }

  private static String token(String header, byte[] claims) {
    return token(header.getBytes(StandardCharsets.UTF_8), claims);
  }

  private static String token(byte[] header, byte[] claims) {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    return base64.encodeToString(header) + "." + base64.encodeToString(claims) + "." + SIGNATURE;
  }
}
