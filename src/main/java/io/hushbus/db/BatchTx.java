package io.hushbus.db;

import io.hushbus.model.TenantId;
import java.util.List;

/**
 * A transaction bound to the tenants of one batch: row-level security shows it the rows of these
 * tenants. They are guarded as a set only, so each statement must itself join on the tenant.
 */
public final class BatchTx extends Statements {

  private final List<TenantId> tenants;

  BatchTx(Session session, List<TenantId> tenants) {
    super(session);
    this.tenants = List.copyOf(tenants);
  }

  public List<TenantId> tenants() {
    return tenants;
  }
}
