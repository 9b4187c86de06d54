package io.hushbus.client;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How long what may pass is tried again. Waits double from {@code first} to {@code longest} and are
 * drawn at random below that, so that many callers do not come back together. What a broker asks to
 * wait is waited for, and that much more: a second that all are asked for, again and again, would
 * keep a broker down that has too much to do.
 *
 * @param within for how long one request is tried in all
 */
public record Retry(Duration within, Duration first, Duration longest) {

  /** Half a minute in all, from a tenth of a second to five seconds. */
  public static final Retry USUAL =
      new Retry(Duration.ofSeconds(30), Duration.ofMillis(100), Duration.ofSeconds(5));

  /** The same in another time. */
  public Retry within(Duration all) {
    return new Retry(all, first, longest);
  }

  /**
   * The wait before the next attempt, in nanoseconds.
   *
   * @param attempt how many have failed, from 1
   * @param asked what the broker asks for
   */
  long wait(int attempt, Optional<Duration> asked, RandomGenerator random) {
    long most = Math.min(longest.toNanos(), first.toNanos() << Math.min(attempt - 1, 16));
    long drawn = random.nextLong(Math.max(1, most));
    return asked.map(Duration::toNanos).orElse(0L) + drawn;
  }
}
