package io.hushbus.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.Failure;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Cron lines, by examples and against a count of every minute. */
final class CronLineTest {

  private static final ZoneId UTC = ZoneId.of("UTC");
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private static String next(String line, String after, ZoneId zone) {
    return CronLine.parse(line).next(Instant.parse(after), zone).orElseThrow().toString();
  }

  @Test
  void it_is_the_first_time_after_and_never_the_same() {
    assertThat(next("0 3 * * *", "2026-11-21T02:59:59Z", UTC)).isEqualTo("2026-11-21T03:00:00Z");
    assertThat(next("0 3 * * *", "2026-11-21T03:00:00Z", UTC)).isEqualTo("2026-11-22T03:00:00Z");
    assertThat(next("*/15 * * * *", "2026-11-21T03:07:30Z", UTC)).isEqualTo("2026-11-21T03:15:00Z");
    assertThat(next("30 6 1 1 *", "2026-11-21T00:00:00Z", UTC)).isEqualTo("2027-01-01T06:30:00Z");
    assertThat(next("0 0 29 2 *", "2026-11-21T00:00:00Z", UTC)).isEqualTo("2028-02-29T00:00:00Z");
  }

  @Test
  void seven_is_sunday_like_zero() {
    assertThat(next("0 0 * * 7", "2026-11-21T00:00:00Z", UTC))
        .isEqualTo(next("0 0 * * 0", "2026-11-21T00:00:00Z", UTC))
        .isEqualTo("2026-11-22T00:00:00Z");
  }

  @Test
  void where_both_days_are_limited_either_is_enough() {
    assertThat(next("0 0 13 * 5", "2026-11-21T00:00:00Z", UTC)).isEqualTo("2026-11-27T00:00:00Z");
    assertThat(next("0 0 13 * 5", "2026-12-11T00:00:00Z", UTC)).isEqualTo("2026-12-13T00:00:00Z");
  }

  @Test
  void it_is_read_in_its_zone() {
    assertThat(next("0 3 * * *", "2026-07-01T00:00:00Z", BERLIN)).isEqualTo("2026-07-01T01:00:00Z");
  }

  @Test
  void a_time_that_is_skipped_comes_after_the_skip_and_one_that_is_repeated_comes_once() {
    assertThat(next("30 2 * * *", "2026-03-28T12:00:00Z", BERLIN))
        .isEqualTo("2026-03-29T01:30:00Z");
    assertThat(next("30 2 * * *", "2026-10-24T12:00:00Z", BERLIN))
        .isEqualTo("2026-10-25T00:30:00Z");
    assertThat(next("30 2 * * *", "2026-10-25T00:30:00Z", BERLIN))
        .isEqualTo("2026-10-26T01:30:00Z");
  }

  @Test
  void what_is_no_line_or_never_comes_is_refused() {
    for (String wrong :
        List.of(
            "",
            "* * * *",
            "* * * * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 8",
            "5-1 * * * *",
            "*/0 * * * *",
            "a * * * *",
            "0 0 31 2 *",
            "1,,2 * * * *",
            "@daily",
            "* * * * *\n")) {
      assertThatThrownBy(() -> CronLine.parse(wrong)).as(wrong).isInstanceOf(Failure.Invalid.class);
    }
  }

  @Test
  void it_agrees_with_looking_at_every_minute() {
    SplittableRandom random = new SplittableRandom(20_261_121);
    for (int n = 0; n < 300; n++) {
      String line =
          "%s %s %s * %s"
              .formatted(
                  pick(random, "*/7", "0", "13,44", "5-9"),
                  pick(random, "*", "3", "*/5", "22-23"),
                  pick(random, "*", "1-10", "15"),
                  pick(random, "*", "1-5", "0"));
      Instant after = Instant.ofEpochSecond(1_760_000_000L + random.nextLong(40_000_000L));
      CronLine parsed = CronLine.parse(line);
      assertThat(parsed.next(after, UTC)).as(line + " after " + after).contains(slow(line, after));
    }
  }

  private static String pick(SplittableRandom random, String... of) {
    return of[random.nextInt(of.length)];
  }

  private static Instant slow(String line, Instant after) {
    String[] fields = line.split(" ", -1);
    CronLine days = CronLine.parse("* * " + fields[2] + " * " + fields[4]);
    LocalDateTime at = LocalDateTime.ofInstant(after, UTC).withSecond(0).withNano(0);
    while (true) {
      at = at.plusMinutes(1);
      if (days.matches(at.toLocalDate())
          && in(fields[0], at.getMinute())
          && in(fields[1], at.getHour())) {
        return at.atZone(UTC).toInstant();
      }
    }
  }

  private static boolean in(String field, int value) {
    for (String part : field.split(",", -1)) {
      if (part.equals("*")
          || (part.startsWith("*/") && value % Integer.parseInt(part.substring(2)) == 0)
          || part.equals(Integer.toString(value))
          || (part.matches("[0-9]+-[0-9]+")
              && value >= Integer.parseInt(part.split("-", -1)[0])
              && value <= Integer.parseInt(part.split("-", -1)[1]))) {
        return true;
      }
    }
    return false;
  }
}
