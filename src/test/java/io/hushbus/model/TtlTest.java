package io.hushbus.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lengths of time as requests write them. */
final class TtlTest {

  @Test
  void units() {
    assertThat(Ttl.parse("90s")).isEqualTo(Duration.ofSeconds(90));
    assertThat(Ttl.parse("15m")).isEqualTo(Duration.ofMinutes(15));
    assertThat(Ttl.parse("6h")).isEqualTo(Duration.ofHours(6));
    assertThat(Ttl.parse("7d")).isEqualTo(Duration.ofDays(7));
    assertThat(Ttl.parse("42")).isEqualTo(Duration.ofSeconds(42));
    assertThat(Ttl.parse("007s")).isEqualTo(Duration.ofSeconds(7));
    assertThat(Ttl.parse("3653d")).isEqualTo(Duration.ofDays(3653));
  }

  /** Among them: Arabic-Indic digits, and numbers that overflow when multiplied. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "s",
        "-1s",
        "+1s",
        "1.5h",
        "1h30m",
        "1 h",
        " 1h",
        "1h ",
        "1h\n",
        "1H",
        "1w",
        "1y",
        "1ms",
        "0x10",
        "1e3",
        "3654d",
        "999999999h",
        "999999999d",
        "99999999999999999999s",
        "\u0661s",
        "\uff11s",
        "inf",
        "NaN",
        "PT1H",
        "1s\0"
      })
  void what_is_no_length_of_time(String text) {
    NamesTest.refused(Ttl::parse, text, Failure.Code.BAD_DURATION);
  }

  @Property
  void any_text_is_a_length_within_ten_years_or_refused(
      @ForAll @CharRange(from = '0', to = 'z') String text) {
    try {
      assertThat(Ttl.parse(text)).isBetween(Duration.ZERO, Duration.ofDays(3653));
    } catch (Failure.Invalid refused) {
      assertThat(refused.fields().getFirst().code()).isEqualTo(Failure.Code.BAD_DURATION);
    }
  }
}
