package io.hushbus.http;

import io.hushbus.access.AccessPolicy;
import io.hushbus.audit.Restores;
import io.hushbus.model.Action;
import io.hushbus.model.Resource;
import io.hushbus.model.TenantName;
import io.hushbus.tenant.Tenants;
import io.vertx.core.Future;
import java.util.Map;

/** The operation on {@code /tenants/{tenant}/confirm-restore}, which is the operator's. */
final class RestoreEndpoints {

  private static final Resource RESTORE = Resource.ofTenant("restore");

  private final AccessPolicy policy;
  private final Tenants tenants;
  private final Restores restores;

  RestoreEndpoints(AccessPolicy policy, Tenants tenants, Restores restores) {
    this.policy = policy;
    this.tenants = tenants;
    this.restores = restores;
  }

  Map<String, Endpoint> byOperation() {
    return Map.of("confirmRestore", this::confirm);
  }

  private Future<Answer> confirm(Call call) {
    TenantName name = new TenantName(call.path("tenant"));
    return policy
        .require(call.caller(), Action.TENANT_OPERATE, RESTORE, call.context())
        .compose(
            grant ->
                tenants
                    .get(grant, name)
                    .compose(tenant -> restores.confirm(grant, tenant.id(), tenant.name())))
        .map(done -> Answer.nothing());
  }
}
