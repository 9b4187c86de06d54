package io.hushbus.crypto;

import io.hushbus.model.TenantId;

/**
 * A row names a generation of its tenant's key that the ring at hand does not have: another node
 * has rotated the key meanwhile, or the row is forged. Whoever holds the ring reads it anew and
 * tries again ({@code tenant.Keyrings.learning}); a bug if it gets any further.
 */
public final class StaleKeyring extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private final transient TenantId tenant;
  private final int generation;

  StaleKeyring(TenantId tenant, int generation) {
    super("unknown generation " + generation, null, false, false);
    this.tenant = tenant;
    this.generation = generation;
  }

  public TenantId tenant() {
    return tenant;
  }

  public int generation() {
    return generation;
  }
}
