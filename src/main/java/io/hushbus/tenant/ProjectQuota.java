package io.hushbus.tenant;

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

    /** What the project may have by this. */
    ProjectQuota over(Quota tenant) {
      return new ProjectQuota(
          leases.orElse(tenant.projectLeases()), runs.orElse(tenant.projectRuns()));
    }
  }
}
