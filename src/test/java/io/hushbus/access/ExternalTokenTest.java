package io.hushbus.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The one form of a token of an identity provider. */
final class ExternalTokenTest {

  private static final Vertx vertx = Vertx.vertx();

  private static final Map<String, String> KEY =
      Map.of(
          "kty", "EC",
          "kid", "k",
          "crv", "P-256",
          "x", "k90GPkbzgEIpi_cUsYfzfMaX7fFtnRSb0OVukPgtaBA",
          "y", "vNsWrx4VQEhwfQKjX01xNrZJUXc4W6FSS4XAAgzXzB4");

  private static final String SIGNED =
      "eyJhbGciOiJFUzI1NiIsImtpZCI6ImsifQ"
          + ".eyJpc3MiOiJpIiwic3ViIjoicyIsImF1ZCI6ImEiLCJpYXQiOjE3NjcyMjU2MDAsImV4cCI6MTc2NzIyOTIwMH0";

  /** Both halves begin with a zero, found by trying: one in 65,536 signatures is like this. */
  private static final String SIGNATURE =
      "AL0zMJXyZN-TYBt4-JzRsQfihBb14FK9lj2Vbkc4zhkALi-J45fIKiKF2QwnGanJSD1y0BA-p1kkPKoSG_zPlA";

  @AfterAll
  static void stop() {
    vertx.close().await();
  }

  @Test
  void a_signature_whose_halves_begin_with_zeros_is_taken_in_its_full_length() {
    ProviderKeys keys = ProviderKeys.of(vertx, List.of(KEY));
    assertThat(ExternalToken.parse(SIGNED + "." + SIGNATURE))
        .hasValueSatisfying(token -> assertThat(keys.signed(token)).isTrue());
  }

  /** The JDK would find the same signature good without those zeros. */
  @Test
  void the_same_signature_without_its_zeros_is_no_token() {
    byte[] full = Base64.getUrlDecoder().decode(SIGNATURE);
    byte[] shorter = new byte[62];
    System.arraycopy(full, 1, shorter, 0, 31);
    System.arraycopy(full, 33, shorter, 31, 31);
    assertThat(ExternalToken.parse(SIGNED + "." + text(shorter))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 32, 62, 63, 65, 66, 70, 72, 128})
  void no_other_length_than_64_bytes_is_a_signature_on_this_curve(int length) {
    byte[] other = Arrays.copyOf(Base64.getUrlDecoder().decode(SIGNATURE), length);
    assertThat(ExternalToken.parse(SIGNED + "." + text(other))).isEmpty();
  }

  private static String text(byte[] signature) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
  }
}
