package io.hushbus.secret;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The time of the database, never ahead of it: what it said last, and what has passed by the node's
 * monotonic clock since that was heard. For what the database judges by its own clock before it
 * counts. Safe for use by many threads.
 */
final class HeardTime {

  /** So long no clock of a machine runs away by a millisecond. */
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  private record Word(Instant said, long nanos) {}

  private final LongSupplier nanos;
  private volatile @Nullable Word last;

  /**
   * @param nanos a monotonic clock, {@code System::nanoTime}
   */
  HeardTime(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** The database has just been heard to say that it was {@code said}. */
  void heard(Instant said) {
    last = new Word(said, nanos.getAsLong());
  }

  /** What time it is there at least; empty if it was not heard within the last second. */
  Optional<Instant> now() {
    Word word = last;
    if (word == null) {
      return Optional.empty();
    }
    long since = nanos.getAsLong() - word.nanos();
    return since > FRESH_NANOS ? Optional.empty() : Optional.of(word.said().plusNanos(since));
  }
}
