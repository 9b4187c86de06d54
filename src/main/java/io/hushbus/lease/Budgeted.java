package io.hushbus.lease;

import io.hushbus.model.TenantId;
import io.hushbus.tenant.Quotas;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.UUID;

/**
 * Something of which there may be so many at a time: leases or runs, of a tenant as a whole or of
 * one of its projects.
 */
record Budgeted(TenantId tenant, What what, Optional<UUID> project) {

  /** What is counted. */
  enum What {
    LEASES("leases"),
    RUNS("runs");

    private final String word;

    What(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  private static final UUID WHOLE = new UUID(0, 0);

  Budgeted ofTenant() {
    return new Budgeted(tenant, what, Optional.empty());
  }

  /** The name that a refusal says. */
  String word() {
    return project.isPresent() ? "project_" + what.word() : what.word();
  }

  /** The project, or what stands for none. */
  UUID part() {
    return project.orElse(WHOLE);
  }

  Future<Long> limit(Quotas quotas) {
    return project
        .map(
            one ->
                quotas
                    .projects()
                    .of(tenant, one)
                    .map(quota -> what == What.LEASES ? quota.leases() : quota.runs()))
        .orElseGet(
            () ->
                quotas
                    .of(tenant)
                    .map(quota -> what == What.LEASES ? quota.leases() : quota.runs()));
  }

  /** The same, as far as it is known on this node. */
  long knownLimit(Quotas quotas) {
    if (project.isPresent()) {
      var quota = quotas.projects().known(tenant, project.get());
      return what == What.LEASES ? quota.leases() : quota.runs();
    }
    var quota = quotas.known(tenant);
    return what == What.LEASES ? quota.leases() : quota.runs();
  }
}
