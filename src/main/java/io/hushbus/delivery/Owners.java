package io.hushbus.delivery;

import io.hushbus.model.Caller;
import io.hushbus.model.Principal;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.util.Optional;

/** What delivery asks of access control about those who are told while they are away. */
public interface Owners {

  /**
   * A principal as it is now. Fails with {@code Unauthenticated} if it is no more; any other
   * failure means unknown.
   *
   * @param vouched for an external workload, what its identity provider said of it
   */
  Future<Caller> standing(TenantId tenant, Principal principal, Optional<Caller.Proof> vouched);
}
