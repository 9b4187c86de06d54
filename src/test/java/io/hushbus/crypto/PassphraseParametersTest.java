package io.hushbus.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PassphraseParametersTest {

  private static final String LINE = "$argon2id$v=19$m=262144,t=3,p=4$AAECAwQFBgcICQoLDA0ODw";

  @Test
  void a_line_is_read_and_written_alike() {
    PassphraseParameters read = PassphraseParameters.parse(LINE + "\n");
    assertThat(read.text()).isEqualTo(LINE);
    assertThat(read.memoryKib()).isEqualTo(262_144);
    assertThat(read.iterations()).isEqualTo(3);
    assertThat(read.parallelism()).isEqualTo(4);
    assertThat(read.salt()).startsWith(0, 1, 2).hasSize(16);
    assertThat(read).isEqualTo(PassphraseParameters.parse(LINE)).hasToString(LINE);
  }

  @Test
  void the_recommended_ones_have_a_fresh_salt_each() {
    var one = PassphraseParameters.recommended(Fixtures.RANDOM);
    assertThat(one).isNotEqualTo(PassphraseParameters.recommended(Fixtures.RANDOM));
    assertThat(PassphraseParameters.parse(one.text())).isEqualTo(one);
    assertThat(one.memoryKib()).isEqualTo(256 * 1024);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "$argon2i$v=19$m=262144,t=3,p=4$AAECAwQFBgcICQoLDA0ODw",
        "$argon2id$v=16$m=262144,t=3,p=4$AAECAwQFBgcICQoLDA0ODw",
        "$argon2id$v=19$m=0262144,t=3,p=4$AAECAwQFBgcICQoLDA0ODw",
        "$argon2id$v=19$m=-262144,t=3,p=4$AAECAwQFBgcICQoLDA0ODw",
        "$argon2id$v=19$m=999999999999,t=3,p=4$AAECAwQFBgcICQoLDA0ODw",
        "$argon2id$v=19$t=3,m=262144,p=4$AAECAwQFBgcICQoLDA0ODw",
        "$argon2id$v=19$m=262144,t=3,p=4$AAECAwQFBgcICQoLDA0OD",
        "$argon2id$v=19$m=262144,t=3,p=4$AAECAwQFBgcICQoLDA0ODw==",
        "$argon2id$v=19$m=262144,t=3,p=4$AAECAwQFBgcICQoLDA0ODx",
        "$argon2id$v=19$m=262144,t=3,p=4$AAECAwQFBgcICQoLDA0ODw\n\n",
        " $argon2id$v=19$m=262144,t=3,p=4$AAECAwQFBgcICQoLDA0ODw",
        "$argon2id$v=19$m=\u0661262144,t=3,p=4$AAECAwQFBgcICQoLDA0ODw",
      })
  void anything_else_is_refused(String text) {
    assertThatThrownBy(() -> PassphraseParameters.parse(text)).isInstanceOf(RootKeyRefused.class);
  }

  /** Before anything is allocated: the bounds are those of the type. */
  @ParameterizedTest
  @CsvSource({
    "65535, 3, 4",
    "1048577, 3, 4",
    "99999999, 3, 4",
    "262144, 2, 4",
    "262144, 17, 4",
    "262144, 999, 4",
    "262144, 3, 17",
  })
  void parameters_out_of_bounds_are_refused(int memory, int iterations, int lanes) {
    assertThatThrownBy(
            () ->
                PassphraseParameters.parse(
                    "$argon2id$v=19$m=%d,t=%d,p=%d$AAECAwQFBgcICQoLDA0ODw"
                        .formatted(memory, iterations, lanes)))
        .isInstanceOf(RootKeyRefused.class)
        .hasMessageContaining("allowed are");
  }

  @Test
  void a_salt_of_another_length_is_refused() {
    assertThatThrownBy(() -> new PassphraseParameters(new byte[15], 65_536, 3, 1))
        .isInstanceOf(RootKeyRefused.class);
  }

  @Test
  void the_salt_cannot_be_changed_from_outside() {
    byte[] salt = new byte[16];
    var parameters = new PassphraseParameters(salt, 65_536, 3, 1);
    salt[0] = 1;
    parameters.salt()[0] = 1;
    assertThat(parameters.salt()).isEqualTo(new byte[16]);
  }
}
