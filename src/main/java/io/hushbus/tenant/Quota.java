package io.hushbus.tenant;

import java.time.Duration;
import java.util.Optional;

/**
 * What a tenant may have.
 *
 * @param secrets living ones
 * @param versions whose payload is kept, in the trash too
 * @param bytes of these
 * @param leases live at a time
 * @param streams open event streams and waiting polls, on all nodes together
 * @param requestsPerSecond on all nodes together
 * @param runs open at a time
 * @param projectLeases live at a time in one project, unless its tenant has set something else
 * @param projectRuns the same of open runs
 * @param longestLease for how long a lease can be held, if not as configured for all
 */
public record Quota(
    long secrets,
    long versions,
    long bytes,
    long leases,
    long streams,
    long requestsPerSecond,
    long runs,
    long projectLeases,
    long projectRuns,
    Optional<Duration> longestLease) {

  /** No bounds at all. */
  public static final Quota BOUNDLESS =
      new Quota(
          Long.MAX_VALUE,
          Long.MAX_VALUE,
          Long.MAX_VALUE,
          Long.MAX_VALUE - 1,
          Long.MAX_VALUE,
          Integer.MAX_VALUE,
          Long.MAX_VALUE - 1,
          Long.MAX_VALUE - 1,
          Long.MAX_VALUE - 1,
          Optional.empty());
}
