package io.hushbus;

import io.hushbus.access.AccessPolicy;
import io.hushbus.access.Authenticator;
import io.hushbus.delivery.Owners;
import io.hushbus.delivery.Rights;
import io.hushbus.model.Action;
import io.hushbus.model.Caller;
import io.hushbus.model.Principal;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.Nodes;
import io.hushbus.tenant.Quotas;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.UUID;

/** The rights of stream readers, as access control has them. */
record StreamRights(AccessPolicy policy, Authenticator authenticator, Quotas quotas, Nodes nodes)
    implements Rights, Owners {

  @Override
  public boolean mayRead(Caller caller, Optional<UUID> project) {
    return policy.may(caller, Action.EVENT_READ, project);
  }

  @Override
  public int mostStreams(TenantId tenant) {
    return (int) Math.min(Integer.MAX_VALUE, nodes.share(quotas.known(tenant).streams()));
  }

  @Override
  public Future<Caller> standing(
      TenantId tenant, Principal principal, Optional<Caller.Proof> vouched) {
    return authenticator.standing(tenant, principal, vouched);
  }

  @Override
  public Future<Caller> refresh(Caller caller) {
    return authenticator.refresh(caller);
  }
}
