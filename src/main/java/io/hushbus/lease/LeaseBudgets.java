package io.hushbus.lease;

import io.hushbus.model.TenantId;
import io.hushbus.tenant.Quotas;
import io.vertx.core.Future;

/** How many leases a tenant may have, and how long each of them may be. */
record LeaseBudgets(Budget leases, Quotas quotas, LeaseTerms.Limits limits) {

  Future<Void> take(TenantId tenant, int more) {
    return more == 0 ? Future.succeededFuture() : leases.take(tenant, more);
  }

  /** What limits every lease of the tenant. */
  Future<LeaseBounds> bounds(TenantId tenant) {
    return quotas.of(tenant).map(quota -> LeaseBounds.of(limits).forTenant(quota.longestLease()));
  }
}
