package io.hushbus.lease;

import io.hushbus.model.TenantId;
import io.hushbus.tenant.Quotas;
import io.vertx.core.Future;
import java.util.function.Supplier;

/** How many leases a tenant may have, and how long each of them may be. */
record LeaseBudgets(LeaseBudget leases, Quotas quotas, LeaseTerms.Limits limits) {

  /** Runs {@code work}, which makes so many more leases, if there is room for them. */
  <T> Future<T> within(TenantId tenant, int more, Supplier<Future<T>> work) {
    return more == 0 ? work.get() : leases.within(tenant, more, work);
  }

  /** What limits every lease of the tenant. */
  Future<LeaseBounds> bounds(TenantId tenant) {
    return quotas.of(tenant).map(quota -> LeaseBounds.of(limits).forTenant(quota.longestLease()));
  }
}
