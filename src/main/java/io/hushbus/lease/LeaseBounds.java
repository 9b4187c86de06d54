package io.hushbus.lease;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Everything that limits how long one lease can last.
 *
 * @param tenant the longest time for this tenant, if it is not as for all
 * @param secret the longest time for the secret, if it is not as for all
 * @param deadline of the run
 * @param retires when the version that is held is no longer valid, as far as that is known
 */
record LeaseBounds(
    LeaseTerms.Limits limits,
    Optional<Duration> tenant,
    Optional<Duration> secret,
    Optional<Instant> deadline,
    Optional<Instant> retires) {

  /** One limit, and until when it lets a lease last. */
  record Bound(LeaseLimit limit, Instant at) {

    private Bound orNearer(LeaseLimit other, Instant end) {
      return end.isBefore(at) ? new Bound(other, end) : this;
    }
  }

  static LeaseBounds of(LeaseTerms.Limits limits) {
    return new LeaseBounds(
        limits, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  LeaseBounds forTenant(Optional<Duration> longest) {
    return new LeaseBounds(limits, longest, secret, deadline, retires);
  }

  LeaseBounds forSecret(Optional<Duration> longest) {
    return new LeaseBounds(limits, tenant, longest, deadline, retires);
  }

  LeaseBounds until(Optional<Instant> end) {
    return new LeaseBounds(limits, tenant, secret, end, retires);
  }

  LeaseBounds retiring(Optional<Instant> at) {
    return new LeaseBounds(limits, tenant, secret, deadline, at);
  }

  /** What limits the lease as a whole, whichever version it is on: no renewal passes it. */
  Bound wall(Instant issued) {
    Bound wall = new Bound(LeaseLimit.BROKER, issued.plus(limits.maxTtl()));
    if (tenant.isPresent()) {
      wall = wall.orNearer(LeaseLimit.TENANT, issued.plus(tenant.get()));
    }
    if (secret.isPresent()) {
      wall = wall.orNearer(LeaseLimit.SECRET, issued.plus(secret.get()));
    }
    return deadline.isPresent() ? wall.orNearer(LeaseLimit.RUN, deadline.get()) : wall;
  }

  /** What limits it now, on the version that it is on. */
  Bound end(Instant issued) {
    Bound wall = wall(issued);
    return retires.isPresent() ? wall.orNearer(LeaseLimit.VERSION, retires.get()) : wall;
  }
}
