package io.hushbus.lease;

import io.hushbus.model.TenantId;

/**
 * Told, after the commit, of what may let a rotation go on: a holder said something, or leases
 * ended. Must neither block nor fail, and may forget: who drives rotations looks by itself too.
 */
@FunctionalInterface
public interface HolderWatch {

  /** Something happened to these leases, or to some of them. */
  void changed(TenantId tenant, Revocation.Selector of);
}
