package io.hushbus.model;

/**
 * Where in a tenant's event log: numbers are gap-free and in commit order within an epoch; a
 * restore of the database starts a new epoch, after which older positions mean nothing.
 */
public record EventPosition(long epoch, long number) implements Comparable<EventPosition> {

  public EventPosition {
    if (epoch < 1 || number < 0) {
      throw new IllegalArgumentException(
          "epochs count from 1, numbers from 1 (0: before the first)");
    }
  }

  @Override
  public int compareTo(EventPosition other) {
    return epoch != other.epoch
        ? Long.compare(epoch, other.epoch)
        : Long.compare(number, other.number);
  }
}
