package io.hushbus.support;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A clock that stands still until a test moves it: wall clock and monotonic clock together. */
public final class TestClock implements InstantSource, LongSupplier {

  private final AtomicLong movedNanos = new AtomicLong();
  private final Instant start;

  /** Starts at {@code start}; the monotonic clock starts at an arbitrary number. */
  public TestClock(Instant start) {
    this.start = start;
  }

  /** Lets time pass. */
  public void pass(Duration time) {
    movedNanos.addAndGet(time.toNanos());
  }

  @Override
  public Instant instant() {
    return start.plusNanos(movedNanos.get());
  }

  /** Nanoseconds of the monotonic clock, near the overflow, where naive comparisons break. */
  @Override
  public long getAsLong() {
    return Long.MAX_VALUE - Duration.ofSeconds(5).toNanos() + movedNanos.get();
  }
}
