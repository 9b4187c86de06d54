package io.hushbus.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.Failure;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SealedTest {

  private static final byte[] STORED =
      new Envelope(Fixtures.RANDOM)
          .seal(Fixtures.ring(Fixtures.TENANT, 1), Fixtures.context(), Fixtures.payload("a", "one"))
          .bytes();

  @Test
  void the_layout_is_128_bytes_and_the_payload() {
    assertThat(Sealed.OVERHEAD).isEqualTo(128);
    assertThat(Sealed.parse(STORED).payloadSize()).isEqualTo(3 + 1 + 1 + 4 + 3);
    assertThat(Sealed.parse(STORED).keyGeneration()).isEqualTo(1);
    assertThat(Sealed.parse(STORED).bytes()).isEqualTo(STORED);
  }

  /** N-60: no fall back for a format, a suite or a generation that is not known. */
  @ParameterizedTest
  @CsvSource({
    "0, 0x00, BAD_MAGIC",
    "1, 0x48, BAD_MAGIC",
    "2, 0x00, UNSUPPORTED_FORMAT",
    "2, 0x02, UNSUPPORTED_FORMAT",
    "2, 0x7F, UNSUPPORTED_FORMAT",
    "3, 0x00, UNSUPPORTED_SUITE",
    "3, 0x02, UNSUPPORTED_SUITE",
    "7, 0x00, BAD_GENERATION",
    "4, -0x80, BAD_GENERATION",
  })
  void an_unknown_header_is_refused(int at, String value, Flaw flaw) {
    byte[] changed = STORED.clone();
    changed[at] = Byte.decode(value);
    assertThatThrownBy(() -> Sealed.checked(changed))
        .isInstanceOfSatisfying(Flawed.class, found -> assertThat(found.flaw()).isEqualTo(flaw));
    assertThatThrownBy(() -> Sealed.parse(changed))
        .isInstanceOfSatisfying(
            Failure.Integrity.class, failure -> assertThat(failure.kind()).isEqualTo("sealed"));
  }

  @Test
  void too_short_and_too_long_are_refused_before_anything_is_read() {
    assertThatThrownBy(() -> Sealed.checked(new byte[127])).hasMessage("truncated");
    assertThatThrownBy(() -> Sealed.checked(Arrays.copyOf(STORED, 128 + PayloadCodec.LARGEST + 1)))
        .hasMessage("too_long");
  }

  @Test
  void parsing_keeps_a_copy() {
    byte[] mine = STORED.clone();
    Sealed sealed = Sealed.parse(mine);
    mine[8] ^= 1;
    sealed.bytes()[8] ^= 1;
    assertThat(sealed.bytes()).isEqualTo(STORED);
  }
}
