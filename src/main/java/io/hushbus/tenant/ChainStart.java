package io.hushbus.tenant;

import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;

/**
 * How the audit chain of a new tenant begins. A port: the chain is {@code audit}'s, which stands
 * above this package.
 */
@FunctionalInterface
public interface ChainStart {

  /**
   * The MAC over the empty chain of a tenant: sequence 0, a hash of 32 zero bytes.
   *
   * @param auditMac the installation's key for audit MACs
   */
  byte[] mac(SecretValue auditMac, TenantId tenant);
}
