package io.hushbus.tenant;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The time of the database on a node: what it said last, and what has passed since by the node's
 * monotonic clock. The node's own idea of what time it is has no part in it, so that two nodes
 * agree on when a token ends however their clocks are set.
 */
final class DatabaseTime implements InstantSource {

  private record Word(Instant said, long nanos) {}

  private final LongSupplier nanos;
  private volatile Word last;

  DatabaseTime(LongSupplier nanos) {
    this.nanos = nanos;
    this.last = new Word(Instant.MIN, nanos.getAsLong());
  }

  /** The database has just said that it is {@code now}. */
  void heard(Instant now) {
    last = new Word(now, nanos.getAsLong());
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
