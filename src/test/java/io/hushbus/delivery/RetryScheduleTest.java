package io.hushbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RetryScheduleTest {

  private static final RetrySchedule SCHEDULE = RetrySchedule.STANDARD;
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @Test
  void it_takes_more_than_a_day_until_nothing_is_left() {
    Duration all = Duration.ZERO;
    int failures = 1;
    for (; SCHEDULE.after(failures, 0, Optional.empty()).isPresent(); failures++) {
      all = all.plus(SCHEDULE.after(failures, 0, Optional.empty()).get());
    }
    assertThat(all).isGreaterThan(Duration.ofDays(1));
    assertThat(failures).isEqualTo(8);
  }

  @Test
  void chance_spreads_ten_per_cent_to_both_sides() {
    assertThat(SCHEDULE.after(2, 0, Optional.empty())).contains(Duration.ofSeconds(270));
    assertThat(SCHEDULE.after(2, 0.5, Optional.empty())).contains(Duration.ofMinutes(5));
    assertThat(SCHEDULE.after(2, 1, Optional.empty())).contains(Duration.ofSeconds(330));
  }

  @Test
  void what_the_other_side_asks_for_is_waited_at_least_and_a_day_at_most() {
    assertThat(SCHEDULE.after(1, 0.5, Optional.of(Duration.ofMinutes(2))))
        .contains(Duration.ofMinutes(2));
    assertThat(SCHEDULE.after(2, 0.5, Optional.of(Duration.ofSeconds(1))))
        .contains(Duration.ofMinutes(5));
    assertThat(SCHEDULE.after(1, 0.5, Optional.of(Duration.ofDays(400))))
        .contains(Duration.ofDays(1));
  }

  @Test
  void it_asks_in_seconds_or_by_a_date_and_nonsense_asks_for_nothing() {
    assertThat(asked("120")).contains(Duration.ofMinutes(2));
    assertThat(asked("Fri, 02 Jan 2026 03:05:05 GMT")).contains(Duration.ofMinutes(1));
    for (String nonsense :
        new String[] {
          "", "-1", "1.5", "soon", "99999999999999999999", "Fri, 02 Jan 2020 03:05:05 GMT"
        }) {
      assertThat(asked(nonsense)).as(nonsense).isEmpty();
    }
  }

  private static Optional<Duration> asked(String header) {
    return RetrySchedule.asked(Optional.of(header), NOW);
  }
}
