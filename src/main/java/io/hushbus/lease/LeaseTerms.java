package io.hushbus.lease;

import io.hushbus.model.Failure;
import io.hushbus.model.LeaseId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * For how long: pure arithmetic on the database's time. No sequence of renewals passes {@code
 * maxExpiresAt}, and no length means "for ever": zero is refused.
 *
 * @param issuedAt when the lease began, to the millisecond
 * @param expiresAt from this instant on the lease has expired
 * @param maxExpiresAt the wall for renewals, by the nearest of what limits the lease as a whole
 */
public record LeaseTerms(Instant issuedAt, Instant expiresAt, Instant maxExpiresAt) {

  /**
   * @param defaultTtl for whoever asks for none
   * @param maxTtl the longest time a lease can be held, renewals included
   */
  public record Limits(Duration defaultTtl, Duration maxTtl) {}

  /**
   * Terms, and what made them shorter than was asked for.
   *
   * @param by empty: nothing did
   */
  public record Cut(LeaseTerms terms, Optional<LeaseLimit> by) {}

  public LeaseTerms {
    if (expiresAt.isBefore(issuedAt) || expiresAt.isAfter(maxExpiresAt)) {
      throw new IllegalArgumentException("a lease ends after it began and never after its wall");
    }
  }

  /**
   * The terms of a lease granted at {@code now}: what was asked for, clamped to the longest TTL.
   */
  static LeaseTerms granted(Instant now, Optional<Duration> asked, Limits limits) {
    return granted(now, asked, Optional.empty(), LeaseBounds.of(limits)).terms();
  }

  /**
   * The terms of a lease granted at {@code now}.
   *
   * @param least for how long it has to hold whatever was asked for
   * @throws Failure.Conflict with the longest time that can be promised, if {@code least} is more
   */
  static Cut granted(
      Instant now, Optional<Duration> asked, Optional<Duration> least, LeaseBounds bounds) {
    Instant issued = now.truncatedTo(ChronoUnit.MILLIS);
    Instant wall = later(issued, bounds.wall(issued).at());
    Duration ttl = positive(asked.orElse(bounds.limits().defaultTtl()), "/ttl");
    Instant wanted = issued.plus(countable(longer(ttl, least), bounds));
    LeaseBounds.Bound end = bounds.end(issued);
    promised(issued, least, end.at());
    return cut(issued, wanted, wall, end);
  }

  private static Cut cut(Instant issued, Instant wanted, Instant wall, LeaseBounds.Bound end) {
    Instant expires = wanted.isAfter(end.at()) ? later(issued, end.at()) : wanted;
    return new Cut(
        new LeaseTerms(issued, expires, wall),
        expires.isBefore(wanted) ? Optional.of(end.limit()) : Optional.empty());
  }

  private static void promised(Instant issued, Optional<Duration> least, Instant end) {
    least.ifPresent(wanted -> positive(wanted, "/min_valid_for"));
    Duration most = later(Duration.ZERO, Duration.between(issued, end));
    if (least.filter(wanted -> wanted.compareTo(most) > 0).isPresent()) {
      throw Failure.notPromised(most);
    }
  }

  /**
   * The terms after a renewal at {@code now}: the new time counts from now, and stops at the wall.
   * May shorten. A clock that was set back does not reach before the lease began.
   */
  LeaseTerms renewed(Instant now, Optional<Duration> asked, Limits limits) {
    return renewed(now, asked, LeaseBounds.of(limits)).terms();
  }

  /** The same under what limits the lease now; its wall may come nearer and never goes farther. */
  Cut renewed(Instant now, Optional<Duration> asked, LeaseBounds bounds) {
    Instant from = later(issuedAt, now.truncatedTo(ChronoUnit.MILLIS));
    Duration ttl = positive(asked.orElse(bounds.limits().defaultTtl()), "/ttl");
    LeaseBounds.Bound end = bounds.end(issuedAt);
    LeaseBounds.Bound nearest =
        end.at().isAfter(maxExpiresAt)
            ? new LeaseBounds.Bound(bounds.wall(issuedAt).limit(), maxExpiresAt)
            : end;
    Instant wall = later(issuedAt, earlier(maxExpiresAt, bounds.wall(issuedAt).at()));
    return cut(issuedAt, from.plus(countable(ttl, bounds)), wall, nearest);
  }

  /** Whether the time has come: the instant of expiry itself is too late. */
  boolean expiredAt(Instant now) {
    return !now.isBefore(expiresAt);
  }

  /** Milliseconds until it expires, rounded down; 0 once it has. */
  public long leftMillis(Instant now) {
    return Math.max(0, Duration.between(now, expiresAt).toMillis());
  }

  /**
   * When a holder should renew: two thirds of what remains, in whole seconds; 0 when nothing can be
   * gained by renewing.
   */
  public long renewInSeconds(Instant now) {
    return expiresAt.equals(maxExpiresAt)
        ? 0
        : Duration.between(now, expiresAt).toSeconds() * 2 / 3;
  }

  /**
   * The same, up to a tenth sooner or later by the lease's id: leases that were granted together
   * are not all renewed in the same second.
   */
  public long renewInSeconds(Instant now, LeaseId lease) {
    long perMille = 900L + Math.floorMod(lease.value().getLeastSignificantBits(), 201);
    return renewInSeconds(now) * perMille / 1000;
  }

  private static Duration positive(Duration asked, String field) {
    if (asked.isZero() || asked.isNegative()) {
      throw Failure.invalid(field, Failure.Code.OUT_OF_RANGE);
    }
    return asked;
  }

  /** Longer than anything is granted, and yet no more than clocks can be added to. */
  private static Duration countable(Duration asked, LeaseBounds bounds) {
    Duration most = bounds.limits().maxTtl().plusSeconds(1);
    return asked.compareTo(most) > 0 ? most : asked;
  }

  private static Duration longer(Duration asked, Optional<Duration> least) {
    return least.map(wanted -> later(asked, wanted)).orElse(asked);
  }

  private static <T extends Comparable<? super T>> T later(T one, T other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
