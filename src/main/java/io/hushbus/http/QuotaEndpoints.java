package io.hushbus.http;

import io.hushbus.access.AccessPolicy;
import io.hushbus.model.Action;
import io.hushbus.model.Resource;
import io.hushbus.model.TenantName;
import io.hushbus.tenant.Growth;
import io.hushbus.tenant.Quota;
import io.hushbus.tenant.QuotaChange;
import io.hushbus.tenant.Quotas;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What a tenant may have: set by the operator, seen by the tenant's own administrators too. */
final class QuotaEndpoints {

  private static final Resource QUOTAS = Resource.ofTenant("tenant");

  private final AccessPolicy policy;
  private final Quotas quotas;

  QuotaEndpoints(AccessPolicy policy, Quotas quotas) {
    this.policy = policy;
    this.quotas = quotas;
  }

  Map<String, Endpoint> byOperation() {
    return Map.of("getQuotas", this::get, "setQuotas", this::set);
  }

  /** A name that is not the caller's own is the operator's to ask for. */
  private Future<Answer> get(Call call) {
    TenantName name = new TenantName(call.path("tenant"));
    boolean own =
        name.text().equals(call.caller().tenantName())
            && !policy.may(call.caller(), Action.TENANT_OPERATE, Optional.empty());
    Action action = own ? Action.QUOTA_READ : Action.TENANT_OPERATE;
    return policy
        .require(call.caller(), action, QUOTAS, call.context())
        .compose(grant -> own ? quotas.own(grant) : quotas.of(grant, name))
        .map(standing -> Answer.ok(json -> standing(json, standing)));
  }

  private Future<Answer> set(Call call) {
    TenantName name = new TenantName(call.path("tenant"));
    QuotaChange quota = quota(call.body().json());
    return policy
        .require(call.caller(), Action.TENANT_OPERATE, QUOTAS, call.context())
        .compose(grant -> quotas.set(grant, name, quota))
        .map(standing -> Answer.ok(json -> standing(json, standing)));
  }

  private static QuotaChange quota(JsonObject json) {
    return new QuotaChange(
        number(json, "secrets"),
        number(json, "versions"),
        number(json, "bytes"),
        number(json, "leases"),
        number(json, "streams"),
        number(json, "requests_per_second"),
        number(json, "runs"),
        number(json, "lease_seconds"));
  }

  private static OptionalLong number(JsonObject json, String field) {
    Long number = json.getLong(field);
    return number == null ? OptionalLong.empty() : OptionalLong.of(number);
  }

  private static void standing(JsonWriter json, Quotas.Standing standing) {
    json.field("tenant", standing.tenant().name())
        .object("limits", inner -> limits(inner, standing.limits()))
        .object("set", inner -> set(inner, standing.set()))
        .object("used", inner -> used(inner, standing.used()));
  }

  private static void limits(JsonWriter json, Quota quota) {
    json.field("secrets", quota.secrets())
        .field("versions", quota.versions())
        .field("bytes", quota.bytes())
        .field("leases", quota.leases())
        .field("streams", quota.streams())
        .field("requests_per_second", quota.requestsPerSecond())
        .field("runs", quota.runs());
    quota.longestLease().ifPresent(longest -> json.field("lease_seconds", longest.toSeconds()));
  }

  private static void set(JsonWriter json, QuotaChange set) {
    set.secrets().ifPresent(number -> json.field("secrets", number));
    set.versions().ifPresent(number -> json.field("versions", number));
    set.bytes().ifPresent(number -> json.field("bytes", number));
    set.leases().ifPresent(number -> json.field("leases", number));
    set.streams().ifPresent(number -> json.field("streams", number));
    set.requestsPerSecond().ifPresent(number -> json.field("requests_per_second", number));
    set.runs().ifPresent(number -> json.field("runs", number));
    set.leaseSeconds().ifPresent(number -> json.field("lease_seconds", number));
  }

  private static void used(JsonWriter json, Growth used) {
    json.field("secrets", used.secrets())
        .field("versions", used.versions())
        .field("bytes", used.bytes());
  }
}
