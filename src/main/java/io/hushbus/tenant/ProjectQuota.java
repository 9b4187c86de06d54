package io.hushbus.tenant;

import io.hushbus.crypto.Canonical;
import java.util.OptionalLong;

/**
 * What one project may have at a time, within what its tenant may.
 *
 * @param leases live ones that were asked for in it
 * @param runs open ones
 */
public record ProjectQuota(long leases, long runs) {

  /** What a tenant's administrator sets for one project; what is empty is as for all projects. */
  public record Change(OptionalLong leases, OptionalLong runs) {

    /** As for all projects of the tenant. */
    static final Change NOTHING = new Change(OptionalLong.empty(), OptionalLong.empty());

    /** Another one where something else is set. */
    long etag() {
      return Canonical.of("project-quota-etag/1")
          .number(leases.isPresent() ? leases.getAsLong() : null)
          .number(runs.isPresent() ? runs.getAsLong() : null)
          .etag();
    }

    /** What the project may have by this. */
    ProjectQuota over(Quota tenant) {
      return new ProjectQuota(
          leases.orElse(tenant.projectLeases()), runs.orElse(tenant.projectRuns()));
    }
  }
}
