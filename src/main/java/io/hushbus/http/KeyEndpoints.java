package io.hushbus.http;

import io.hushbus.access.AccessPolicy;
import io.hushbus.model.Action;
import io.hushbus.model.Grant;
import io.hushbus.model.Resource;
import io.hushbus.model.TenantName;
import io.hushbus.tenant.KeyLife;
import io.hushbus.tenant.KeyStatus;
import io.hushbus.tenant.Operation;
import io.hushbus.tenant.Operations;
import io.hushbus.tenant.Tenant;
import io.hushbus.tenant.Tenants;
import io.vertx.core.Future;
import java.util.Map;
import java.util.UUID;

/**
 * The operations on {@code /tenants/{tenant}/keys} and {@code /root-key}, which are the operator's,
 * and on {@code /operations}.
 */
final class KeyEndpoints {

  private static final Resource TENANT_KEY = Resource.ofTenant("tenant_key");
  private static final Resource ROOT_KEY = Resource.ofTenant("root_key");
  private static final Resource OPERATION = Resource.ofTenant("operation");

  private final AccessPolicy policy;
  private final Tenants tenants;
  private final KeyLife keys;
  private final Operations operations;

  KeyEndpoints(AccessPolicy policy, Tenants tenants, KeyLife keys, Operations operations) {
    this.policy = policy;
    this.tenants = tenants;
    this.keys = keys;
    this.operations = operations;
  }

  Map<String, Endpoint> byOperation() {
    return Map.of(
        "listTenantKeys", this::listTenantKeys,
        "rotateTenantKey", this::rotateTenantKey,
        "destroyTenantKey", this::destroyTenantKey,
        "getRootKey", this::getRootKey,
        "rotateRootKey", this::rotateRootKey,
        "listOperations", this::listOperations,
        "getOperation", this::getOperation,
        "cancelOperation", this::cancelOperation);
  }

  /** What the operator may do to the tenant that the path names. */
  private record Named(Grant grant, Tenant tenant) {}

  private Future<Named> named(Call call) {
    TenantName name = new TenantName(call.path("tenant"));
    return operator(call, TENANT_KEY)
        .compose(grant -> tenants.get(grant, name).map(tenant -> new Named(grant, tenant)));
  }

  private Future<Grant> operator(Call call, Resource resource) {
    return policy.require(call.caller(), Action.TENANT_OPERATE, resource, call.context());
  }

  private Future<Answer> listTenantKeys(Call call) {
    return named(call)
        .compose(named -> keys.status(named.grant(), named.tenant()))
        .map(all -> Answer.ok(json -> json.array("keys", all, KeyEndpoints::key)));
  }

  private Future<Answer> rotateTenantKey(Call call) {
    return named(call)
        .compose(named -> keys.rotate(named.grant(), named.tenant()))
        .map(KeyEndpoints::accepted);
  }

  private Future<Answer> destroyTenantKey(Call call) {
    int generation = Integer.parseInt(call.path("generation"));
    return named(call)
        .compose(named -> keys.destroy(named.grant(), named.tenant(), generation))
        .map(KeyEndpoints::accepted);
  }

  private Future<Answer> getRootKey(Call call) {
    return operator(call, ROOT_KEY)
        .compose(keys::rootStatus)
        .map(
            status ->
                Answer.ok(
                    json ->
                        json.field("current", status.current())
                            .field("next", status.next())
                            .texts("in_use", status.inUse())));
  }

  private Future<Answer> rotateRootKey(Call call) {
    return operator(call, ROOT_KEY).compose(keys::rotateRoot).map(KeyEndpoints::accepted);
  }

  private Future<Answer> getOperation(Call call) {
    UUID id = UUID.fromString(call.path("id"));
    return policy
        .require(call.caller(), Action.OPERATION_READ, OPERATION, call.context())
        .compose(grant -> operations.get(grant, id, operates(call)))
        .map(operation -> Answer.ok(json -> operation(json, operation)));
  }

  private Future<Answer> listOperations(Call call) {
    Operations.Filter filter =
        new Operations.Filter(call.parameter("state"), PageTokens.id(call), call.pageSize());
    return policy
        .require(call.caller(), Action.OPERATION_READ, OPERATION, call.context())
        .compose(grant -> operations.list(grant, filter, operates(call)))
        .map(
            page ->
                TenancyEndpoints.page(
                    call,
                    "operations",
                    page,
                    KeyEndpoints::listed,
                    one -> one.operation().id().toString()));
  }

  /** An admin of the operators' tenant is none of them: he sees what is his own tenant's. */
  private boolean operates(Call call) {
    return policy.view(call.caller(), Action.TENANT_OPERATE).everything();
  }

  private static void listed(JsonWriter json, Operations.Listed listed) {
    operation(json, listed.operation());
    json.field("tenant", listed.tenant());
  }

  private Future<Answer> cancelOperation(Call call) {
    UUID id = UUID.fromString(call.path("id"));
    return operator(call, OPERATION)
        .compose(grant -> operations.cancel(grant, id))
        .map(operation -> Answer.ok(json -> operation(json, operation)));
  }

  /** 202: the work has been taken on, and where to see how it goes. */
  static Answer accepted(Operation operation) {
    return Answer.json(202, json -> operation(json, operation))
        .location("/api/v1/operations/" + operation.id());
  }

  private static void operation(JsonWriter json, Operation operation) {
    json.field("id", operation.id().toString())
        .field("kind", operation.kind().word())
        .field("state", operation.state().word())
        .field("done", operation.done());
    operation.total().ifPresent(total -> json.field("total", total));
    json.field("requested_by", operation.requestedBy())
        .field("created_at", operation.createdAt())
        .field("updated_at", operation.updatedAt());
    operation.startedAt().ifPresent(at -> json.field("started_at", at));
    operation.endedAt().ifPresent(at -> json.field("ended_at", at));
    json.field("problem", operation.problem());
  }

  private static void key(JsonWriter json, KeyStatus key) {
    json.field("generation", key.generation())
        .field("state", key.state().word())
        .field("root_key", key.rootKeyId())
        .field("versions", key.versions())
        .field("seals", key.seals())
        .field("created_at", key.createdAt());
    key.supersededAt().ifPresent(at -> json.field("superseded_at", at));
    key.retiredAt().ifPresent(at -> json.field("retired_at", at));
  }
}
