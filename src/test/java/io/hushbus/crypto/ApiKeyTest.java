package io.hushbus.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.Failure;
import io.hushbus.model.SecretValue;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class ApiKeyTest {

  private static final SecretValue PEPPER = SecretValue.ofText("pepper");

  @Test
  void a_generated_key_parses_and_has_the_same_mac() {
    for (int i = 0; i < 1000; i++) {
      ApiKey made = ApiKey.generate(Fixtures.RANDOM);
      byte[] stored = made.mac(PEPPER);
      String text = made.text();
      assertThat(text).matches("hsb_[0-9A-Za-z]{49}").hasSize(ApiKey.LENGTH);
      ApiKey presented = ApiKey.parse(text).orElseThrow();
      ApiKey bytes = ApiKey.parse(SecretValue.ofText(text)).orElseThrow();
      assertThat(bytes.value().matches(presented.value())).isTrue();
      assertThat(presented.mac(PEPPER)).isEqualTo(stored).hasSize(32);
      assertThat(presented.value().matches(made.value())).isTrue();
    }
  }

  /** The text is what clients keep: the spelling of a given number must never change. */
  @Test
  void the_spelling_is_frozen() {
    String body = "hsb_" + digits(BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE), 43);
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(StandardCharsets.US_ASCII));
    assertThat(ApiKey.generate(new Constant((byte) 0xFF)).text())
        .isEqualTo(body + digits(BigInteger.valueOf(crc.getValue()), 6));
  }

  // The digits by another route.
  private static String digits(BigInteger number, int width) {
    String alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    StringBuilder digits = new StringBuilder();
    for (BigInteger rest = number; digits.length() < width; rest = rest.divide(SIXTY_TWO)) {
      digits.append(alphabet.charAt(rest.mod(SIXTY_TWO).intValueExact()));
    }
    return digits.reverse().toString();
  }

  private static final BigInteger SIXTY_TWO = BigInteger.valueOf(62);

  private static final class Constant extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private final byte value;

    private Constant(byte value) {
      this.value = value;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      Arrays.fill(bytes, value);
    }
  }

  @Test
  void a_mistyped_key_is_turned_away_without_a_lookup() {
    String text = ApiKey.generate(Fixtures.RANDOM).text();
    for (int at = 0; at < text.length(); at++) {
      for (char c : new char[] {'0', 'z', 'Q', '_', '-', ' ', '\0', '\u00e9', '\uff11'}) {
        if (text.charAt(at) != c) {
          String changed = text.substring(0, at) + c + text.substring(at + 1);
          assertThat(ApiKey.parse(changed)).as("position %d", at).isEmpty();
          assertThat(ApiKey.parse(SecretValue.ofText(changed))).isEmpty();
        }
      }
    }
  }

  @Test
  void neighbours_swapped_are_noticed() {
    String text = ApiKey.generate(Fixtures.RANDOM).text();
    for (int at = 4; at < text.length() - 1; at++) {
      if (text.charAt(at) != text.charAt(at + 1)) {
        String swapped =
            text.substring(0, at) + text.charAt(at + 1) + text.charAt(at) + text.substring(at + 2);
        assertThat(ApiKey.parse(swapped)).isEmpty();
      }
    }
  }

  @Test
  void another_length_is_no_key() {
    String text = ApiKey.generate(Fixtures.RANDOM).text();
    assertThat(ApiKey.parse("")).isEmpty();
    assertThat(ApiKey.parse("hsb_")).isEmpty();
    assertThat(ApiKey.parse(text.substring(1))).isEmpty();
    assertThat(ApiKey.parse(text + "0")).isEmpty();
    assertThat(ApiKey.parse(text + "\n")).isEmpty();
    assertThat(ApiKey.parse("h".repeat(1 << 20))).isEmpty();
  }

  @Test
  void a_number_over_256_bits_is_no_key() {
    assertThat(Base62.decodes("z".repeat(43).getBytes(StandardCharsets.US_ASCII), 0, 43, 32))
        .isFalse();
  }

  @Test
  void a_key_is_shown_once_by_whoever_made_it() {
    ApiKey made = ApiKey.generate(Fixtures.RANDOM);
    String text = made.text();
    assertThatThrownBy(made::text).isInstanceOf(IllegalStateException.class);
    ApiKey parsed = ApiKey.parse(text).orElseThrow();
    assertThatThrownBy(parsed::text).isInstanceOf(IllegalStateException.class);
    assertThat(made).hasToString("ApiKey[hidden]");
  }

  @Test
  void the_mac_depends_on_pepper_and_key() {
    ApiKey one = ApiKey.generate(Fixtures.RANDOM);
    assertThat(one.mac(SecretValue.ofText("other"))).isNotEqualTo(one.mac(PEPPER));
    assertThat(ApiKey.generate(Fixtures.RANDOM).mac(PEPPER)).isNotEqualTo(one.mac(PEPPER));
  }

  @Test
  void no_two_keys_are_alike_and_none_is_made_without_randomness() {
    Set<String> texts = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      texts.add(ApiKey.generate(Fixtures.RANDOM).text());
    }
    assertThat(texts).hasSize(10_000);
    assertThatThrownBy(() -> ApiKey.generate(BrokenRandom.silentAfter(0)))
        .isInstanceOf(Failure.Unavailable.class);
    assertThatThrownBy(() -> ApiKey.generate(BrokenRandom.throwingAfter(0)))
        .isInstanceOf(Failure.Unavailable.class);
  }

  @Test
  void a_closed_key_is_gone() {
    ApiKey key = ApiKey.generate(Fixtures.RANDOM);
    key.close();
    assertThatThrownBy(() -> key.mac(PEPPER)).isInstanceOf(IllegalStateException.class);
  }
}
