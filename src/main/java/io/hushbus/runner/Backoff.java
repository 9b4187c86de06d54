package io.hushbus.runner;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Waits between attempts: each twice as long, and never when everybody else comes. */
final class Backoff {

  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final RandomGenerator random;
  private Duration next;

  Backoff(RandomGenerator random, Duration first) {
    this.random = random;
    this.next = first;
  }

  /** Waits for half of the time to one and a half of it; false if the thread is to end. */
  boolean pause() {
    long most = next.toNanos();
    next = next.multipliedBy(2).compareTo(LONGEST) < 0 ? next.multipliedBy(2) : LONGEST;
    try {
      TimeUnit.NANOSECONDS.sleep(most / 2 + random.nextLong(most));
      return true;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
