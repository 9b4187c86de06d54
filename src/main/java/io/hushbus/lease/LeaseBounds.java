package io.hushbus.lease;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
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
  record Bound(LeaseLimit limit, Instant at) {}

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
    return nearest(
        List.of(
            Optional.of(new Bound(LeaseLimit.BROKER, issued.plus(limits.maxTtl()))),
            tenant.map(longest -> new Bound(LeaseLimit.TENANT, issued.plus(longest))),
            secret.map(longest -> new Bound(LeaseLimit.SECRET, issued.plus(longest))),
            deadline.map(end -> new Bound(LeaseLimit.RUN, end))));
  }

  /** What limits it now, on the version that it is on. */
  Bound end(Instant issued) {
    return nearest(
        List.of(Optional.of(wall(issued)), retires.map(at -> new Bound(LeaseLimit.VERSION, at))));
  }

  private static Bound nearest(List<Optional<Bound>> all) {
    return all.stream()
        .flatMap(Optional::stream)
        .min(Comparator.comparing(Bound::at))
        .orElseThrow();
  }
}
