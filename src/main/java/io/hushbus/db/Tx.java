package io.hushbus.db;

import io.hushbus.model.TenantId;

/**
 * A transaction bound to one tenant: row-level security shows it that tenant's rows and no others.
 * Valid until the function it was passed to has ended. Opened by {@link Db} alone.
 */
public final class Tx extends Statements {

  private final TenantId tenant;

  Tx(Session session, TenantId tenant) {
    super(session);
    this.tenant = tenant;
  }

  public TenantId tenant() {
    return tenant;
  }
}
