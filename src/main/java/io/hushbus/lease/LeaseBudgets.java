package io.hushbus.lease;

import io.hushbus.model.Scope;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.Quotas;
import io.vertx.core.Future;
import java.util.function.Supplier;

/** How many leases a tenant may have, and how long each of them may be. */
record LeaseBudgets(Budget budget, Quotas quotas, LeaseTerms.Limits limits) {

  /**
   * Runs {@code work}, which makes so many more leases in that scope, if there is room for them.
   */
  <T> Future<T> within(TenantId tenant, Scope scope, int more, Supplier<Future<T>> work) {
    var leases = new Budgeted(tenant, Budgeted.What.LEASES, scope.inProject().map(Scope.Place::id));
    return more == 0 ? work.get() : budget.within(leases, more, work);
  }

  /** What limits every lease of the tenant. */
  Future<LeaseBounds> bounds(TenantId tenant) {
    return quotas.of(tenant).map(quota -> LeaseBounds.of(limits).forTenant(quota.longestLease()));
  }
}
