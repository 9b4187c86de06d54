package io.hushbus.delivery;

import io.hushbus.model.TenantId;
import java.util.Optional;
import java.util.UUID;

/**
 * For whom the cursors of a reader are good: for every reader of the tenant, or for the readers of
 * one subscription alone.
 */
record Ink(TenantId tenant, Optional<UUID> subscription) {

  static Ink of(TenantId tenant) {
    return new Ink(tenant, Optional.empty());
  }

  /** Whether others read with the same ink, so that what is written for one serves all. */
  boolean shared() {
    return subscription.isEmpty();
  }
}
