package io.hushbus.tenant;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The time of the database on a node: what it said last, and what has passed since by the node's
 * monotonic clock. The node's own idea of what time it is has no part in it, so that two nodes
 * agree on when a token ends however their clocks are set.
 */
final class DatabaseTime implements InstantSource {

  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private record Word(Instant said, long nanos) {}

  private final LongSupplier nanos;
  private volatile Word last;

  DatabaseTime(LongSupplier nanos) {
    this.nanos = nanos;
    this.last = new Word(Instant.MIN, nanos.getAsLong());
  }

  /** When the database is asked; to be handed back with what it said. */
  long asking() {
    return nanos.getAsLong();
  }

  /**
   * The database has said that it is {@code now}, some time after it was asked. Counted from the
   * question, so that a node which stood still before it read the answer is rather ahead than
   * behind: what ends ends early. An answer that took long is not taken where there is another.
   *
   * @param asked as {@link #asking} gave it
   */
  void heard(Instant now, long asked) {
    if (last.said().equals(Instant.MIN) || nanos.getAsLong() - asked <= LONGEST_NANOS) {
      last = new Word(now, asked);
    }
  }

  /**
   * @throws IllegalStateException if the database has not been heard yet
   */
  @Override
  public Instant instant() {
    Word word = last;
    if (word.said().equals(Instant.MIN)) {
      throw new IllegalStateException("the database has not said yet what time it is");
    }
    return word.said().plusNanos(nanos.getAsLong() - word.nanos());
  }
}
