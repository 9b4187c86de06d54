package io.hushbus.delivery;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * When a call that was not taken is made again: as Standard Webhooks has it, over more than a day,
 * ten per cent earlier or later, so that many that failed together do not come back together.
 *
 * @param pauses before the second try, the third, and so on
 */
record RetrySchedule(List<Duration> pauses) {

  static final RetrySchedule STANDARD =
      new RetrySchedule(
          List.of(
              Duration.ofSeconds(5),
              Duration.ofMinutes(5),
              Duration.ofMinutes(30),
              Duration.ofHours(2),
              Duration.ofHours(5),
              Duration.ofHours(10),
              Duration.ofHours(14)));

  private static final double SPREAD = 0.1;
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final int MOST_DIGITS = 9;

  RetrySchedule {
    pauses = List.copyOf(pauses);
  }

  /**
   * How long to wait after so many failures; empty once the schedule is through.
   *
   * @param failures from 1
   * @param chance from 0 to 1
   * @param asked what the other side asked for; not less is waited, and at most a day
   */
  Optional<Duration> after(int failures, double chance, Optional<Duration> asked) {
    if (failures > pauses.size()) {
      return Optional.empty();
    }
    Duration usual = spread(pauses.get(failures - 1), chance);
    return Optional.of(
        asked
            .map(wish -> wish.compareTo(LONGEST) > 0 ? LONGEST : wish)
            .filter(wish -> wish.compareTo(usual) > 0)
            .orElse(usual));
  }

  private static Duration spread(Duration pause, double chance) {
    return Duration.ofMillis(Math.round(pause.toMillis() * (1 - SPREAD + 2 * SPREAD * chance)));
  }

  /** What a header Retry-After (RFC 9110, section 10.2.3) asks for; nonsense asks for nothing. */
  static Optional<Duration> asked(Optional<String> header, Instant now) {
    return header.map(String::strip).flatMap(text -> seconds(text).or(() -> date(text, now)));
  }

  private static Optional<Duration> seconds(String text) {
    boolean whole =
        !text.isEmpty()
            && text.length() <= MOST_DIGITS
            && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return whole ? Optional.of(Duration.ofSeconds(Long.parseLong(text))) : Optional.empty();
  }

  private static Optional<Duration> date(String text, Instant now) {
    try {
      DateTimeFormatter form = DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT);
      Duration until = Duration.between(now, ZonedDateTime.parse(text, form).toInstant());
      return until.isNegative() ? Optional.empty() : Optional.of(until);
    } catch (DateTimeParseException nonsense) {
      return Optional.empty();
    }
  }
}
