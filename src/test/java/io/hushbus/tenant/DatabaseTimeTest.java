package io.hushbus.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What time it is where no statement asks. */
final class DatabaseTimeTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final AtomicLong nanos = new AtomicLong();
  private final DatabaseTime time = new DatabaseTime(nanos::get);

  @Test
  void it_is_not_known_before_the_database_has_said_it() {
    assertThatThrownBy(time::instant).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void it_goes_on_by_the_monotonic_clock() {
    time.heard(NOON, time.asking());
    pass(Duration.ofSeconds(5));
    assertThat(time.instant()).isEqualTo(NOON.plusSeconds(5));
  }

  @Test
  void a_node_that_stood_still_before_it_read_the_answer_is_not_behind() {
    long asked = time.asking();
    pass(Duration.ofSeconds(20));
    time.heard(NOON, asked);
    assertThat(time.instant()).isEqualTo(NOON.plusSeconds(20));
  }

  @Test
  void an_answer_that_took_long_is_not_taken_where_there_is_another() {
    time.heard(NOON, time.asking());
    long asked = time.asking();
    pass(Duration.ofSeconds(20));
    time.heard(NOON.plusSeconds(1), asked);
    assertThat(time.instant()).isEqualTo(NOON.plusSeconds(20));
  }

  private void pass(Duration length) {
    nanos.addAndGet(length.toNanos());
  }
}
