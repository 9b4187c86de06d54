package io.hushbus.lease;

import io.hushbus.model.TenantId;
import io.vertx.core.Future;

/** Whether who opened a run may still lease there: a port of those who know accounts. */
@FunctionalInterface
public interface OpenerRights {

  /** As fresh as what is known of callers: at most five seconds old. */
  Future<Boolean> mayLease(TenantId tenant, Run run);
}
