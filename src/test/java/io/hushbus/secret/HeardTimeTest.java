package io.hushbus.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HeardTimeTest {

  private static final Instant SAID = Instant.parse("2026-01-01T00:00:00Z");

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
  private final HeardTime time = new HeardTime(nanos::get);

  @Test
  void nothing_is_known_before_the_database_was_heard() {
    assertThat(time.now()).isEmpty();
  }

  @Test
  void what_has_passed_since_is_added() {
    time.heard(SAID);
    nanos.addAndGet(Duration.ofMillis(300).toNanos());
    assertThat(time.now()).contains(SAID.plusMillis(300));
  }

  @Test
  void what_was_heard_more_than_a_second_ago_counts_no_more() {
    time.heard(SAID);
    nanos.addAndGet(Duration.ofMillis(1_001).toNanos());
    assertThat(time.now()).isEmpty();
  }
}
