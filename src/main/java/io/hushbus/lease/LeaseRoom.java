package io.hushbus.lease;

import java.time.Duration;

/**
 * What this node may still grant out of what it has reserved of one budget. Knows no database:
 * {@link Budget} asks there for more and says here what came of it.
 */
final class LeaseRoom {

  /** How long the database holds a reservation, in milliseconds. */
  static final long HELD_MILLIS = 60_000;

  /** Shorter by more than a grant takes to be committed. */
  private static final long USED_NANOS = Duration.ofSeconds(40).toNanos();

  private static final long FULL_NANOS = Duration.ofSeconds(1).toNanos();

  /** What became of an attempt to take. */
  enum Taken {
    TAKEN,
    /** There was no room a moment ago. */
    FULL,
    /** More must be reserved first. */
    UNKNOWN
  }

  /**
   * A reservation to be made.
   *
   * @param limit the quota
   * @param mine what is under way or left here, and stays reserved
   * @param wanted how many more are waited for
   * @param useful how many more would be of use, if there is plenty
   * @param nodes how many share what is there
   * @param first whether this node asks for the first time, and so counts what others may not have
   */
  record Ask(
      long limit, long mine, long wanted, long useful, int nodes, long atNanos, boolean first) {

    /**
     * How much more to reserve, by what is live and what other nodes hold: what is waited for, and
     * beyond that only a part of the rest, so that other nodes find some. Negative, if the quota
     * has shrunk below what was reserved.
     */
    long more(long live, long others) {
      long room = limit - live - others - mine;
      long part = Math.min(room / (2L * nodes), useful);
      return Math.min(room, Math.max(wanted, part));
    }

    /** How much more that is where there is plenty. */
    long usual() {
      return Math.max(wanted, useful);
    }

    /** Whether there is plenty, however much less than {@code atMost} is taken. */
    boolean fits(long atMost) {
      long room = limit - atMost;
      return !first && room >= wanted && room / (2L * nodes) >= useful;
    }
  }

  private long left;
  private long underWay;
  private long granted;
  private long wanted;
  private long limit = -1;
  private long untilNanos;
  private long fullUntilNanos;
  private boolean full;

  synchronized Taken take(int leases, long limitNow, long now) {
    boolean usable = limitNow == limit && untilNanos - now > 0;
    if (usable && left >= leases) {
      left -= leases;
      underWay += leases;
      granted += leases;
      return Taken.TAKEN;
    }
    return usable && full && fullUntilNanos - now > 0 ? Taken.FULL : Taken.UNKNOWN;
  }

  /** The grants of one {@link #take} are committed, or will never be. */
  synchronized void ended(int leases) {
    underWay -= leases;
  }

  /** Undoes one {@link #take} of which nothing came. */
  synchronized void givenBack(int leases) {
    underWay -= leases;
    left += leases;
    granted = Math.max(0, granted - leases);
  }

  /** So many more are waited for; negative: no longer. */
  synchronized void wanted(int leases) {
    wanted += leases;
  }

  /** What to reserve. What was held too long to be sure of is left. */
  synchronized Ask ask(long limitNow, int nodes, long now) {
    if (untilNanos - now <= 0) {
      left = 0;
    }
    long missing = Math.max(0, wanted - left);
    long useful = Math.max(2 * granted, limitNow / 100);
    return new Ask(limitNow, left + underWay, missing, useful, nodes, now, limit < 0);
  }

  /** So much more is reserved; less, if negative. */
  synchronized void reserved(Ask ask, long more) {
    left = Math.max(0, left + more);
    granted = 0;
    limit = ask.limit();
    untilNanos = ask.atNanos() + USED_NANOS;
    full = more < ask.wanted();
    fullUntilNanos = ask.atNanos() + FULL_NANOS;
  }

  synchronized boolean isIdle() {
    return underWay == 0 && wanted == 0;
  }
}
