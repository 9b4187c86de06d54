package io.hushbus.crypto;

import static io.hushbus.crypto.Fixtures.flipped;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.model.SecretValue;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class OpaqueTokenTest {

  private static final SecretValue KEY = SecretValue.ofText("thirty-two bytes of key material");
  private static final Canonical CONTENT = Canonical.of("position").number(7L).number(42L);

  private final String token = OpaqueToken.seal(KEY, "cursor", CONTENT);

  private static boolean opens(String text) {
    return OpaqueToken.open(KEY, "cursor", text, 200).isPresent();
  }

  @Test
  void the_content_comes_back() {
    byte[] content = OpaqueToken.open(KEY, "cursor", token, 200).orElseThrow();
    assertThat(content).isEqualTo(CONTENT.encode());
    assertThat(CanonicalReader.read(content, "position", in -> in.number() + in.number()))
        .contains(49L);
    assertThat(token).matches("[A-Za-z0-9_-]+");
  }

  @Test
  void another_kind_or_key_does_not_open() {
    assertThat(OpaqueToken.open(KEY, "page", token, 200)).isEmpty();
    assertThat(OpaqueToken.open(KEY, "curso", token, 200)).isEmpty();
    assertThat(OpaqueToken.open(SecretValue.ofText("another"), "cursor", token, 200)).isEmpty();
  }

  @Test
  void no_byte_can_be_changed_cut_or_added() {
    byte[] bytes = Base64.getUrlDecoder().decode(token);
    var encoder = Base64.getUrlEncoder().withoutPadding();
    for (int at = 0; at < bytes.length; at++) {
      assertThat(opens(encoder.encodeToString(flipped(bytes, at)))).isFalse();
      assertThat(opens(encoder.encodeToString(Arrays.copyOf(bytes, at)))).isFalse();
    }
    assertThat(opens(encoder.encodeToString(Arrays.copyOf(bytes, bytes.length + 1)))).isFalse();
    assertThat(opens(token)).isTrue();
  }

  @Test
  void a_token_has_one_spelling() {
    assertThat(opens(token + "=")).isFalse();
    assertThat(opens(token + "==")).isFalse();
    assertThat(opens(token + "\n")).isFalse();
    assertThat(opens(" " + token)).isFalse();
    byte[] bytes = Base64.getUrlDecoder().decode(token);
    int loose = (3 - bytes.length % 3) % 3;
    if (loose > 0) {
      char last = token.charAt(token.length() - 1);
      assertThat(opens(token.substring(0, token.length() - 1) + (char) (last + 1))).isFalse();
    }
  }

  @Test
  void a_text_over_the_limit_is_not_read() {
    assertThat(OpaqueToken.open(KEY, "cursor", token, token.length())).isPresent();
    assertThat(OpaqueToken.open(KEY, "cursor", token, token.length() - 1)).isEmpty();
    assertThat(OpaqueToken.open(KEY, "cursor", "A".repeat(1 << 20), 200)).isEmpty();
  }

  @Test
  void nonsense_does_not_open() {
    for (String text : new String[] {"", "A", "AA", "AQ", "!", "AQ==", "\u00e9\u00e9"}) {
      assertThat(opens(text)).isFalse();
    }
  }
}
