package io.hushbus.lease;

import io.hushbus.model.Failure;
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
 * @param maxExpiresAt the wall for renewals: issuedAt + the longest TTL
 */
public record LeaseTerms(Instant issuedAt, Instant expiresAt, Instant maxExpiresAt) {

  /**
   * @param defaultTtl for whoever asks for none
   * @param maxTtl the longest time a lease can be held, renewals included
   */
  public record Limits(Duration defaultTtl, Duration maxTtl) {}

  public LeaseTerms {
    if (expiresAt.isBefore(issuedAt) || expiresAt.isAfter(maxExpiresAt)) {
      throw new IllegalArgumentException("a lease ends after it began and never after its wall");
    }
  }

  /**
   * The terms of a lease granted at {@code now}: what was asked for, clamped to the longest TTL.
   */
  static LeaseTerms granted(Instant now, Optional<Duration> asked, Limits limits) {
    Instant issued = now.truncatedTo(ChronoUnit.MILLIS);
    Duration ttl = clamped(asked.orElse(limits.defaultTtl()), limits);
    return new LeaseTerms(issued, issued.plus(ttl), issued.plus(limits.maxTtl()));
  }

  /**
   * The terms after a renewal at {@code now}: the new time counts from now, and stops at the wall.
   * May shorten. A clock that was set back does not reach before the lease began.
   */
  LeaseTerms renewed(Instant now, Optional<Duration> asked, Limits limits) {
    Instant from = now.isBefore(issuedAt) ? issuedAt : now;
    Instant wanted =
        from.truncatedTo(ChronoUnit.MILLIS)
            .plus(clamped(asked.orElse(limits.defaultTtl()), limits));
    return new LeaseTerms(
        issuedAt, wanted.isAfter(maxExpiresAt) ? maxExpiresAt : wanted, maxExpiresAt);
  }

  /** Whether the time has come: the instant of expiry itself is too late. */
  boolean expiredAt(Instant now) {
    return !now.isBefore(expiresAt);
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

  private static Duration clamped(Duration asked, Limits limits) {
    if (asked.isZero() || asked.isNegative()) {
      throw Failure.invalid("/ttl", Failure.Code.OUT_OF_RANGE);
    }
    return asked.compareTo(limits.maxTtl()) > 0 ? limits.maxTtl() : asked;
  }
}
