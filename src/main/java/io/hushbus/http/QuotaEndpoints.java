package io.hushbus.http;

import io.hushbus.access.AccessPolicy;
import io.hushbus.model.Action;
import io.hushbus.model.Grant;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Resource;
import io.hushbus.model.TenantName;
import io.hushbus.tenant.Growth;
import io.hushbus.tenant.ProjectQuota;
import io.hushbus.tenant.ProjectQuotas;
import io.hushbus.tenant.Projects;
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
  private final Projects projects;

  QuotaEndpoints(AccessPolicy policy, Quotas quotas, Projects projects) {
    this.projects = projects;
    this.policy = policy;
    this.quotas = quotas;
  }

  Map<String, Endpoint> byOperation() {
    return Map.of(
        "getQuotas", this::get,
        "setQuotas", this::set,
        "getProjectQuotas", this::ofProject,
        "setProjectQuotas", this::setProject);
  }

  private Future<Answer> ofProject(Call call) {
    return at(call, Action.PROJECT_READ)
        .compose(grant -> quotas.projects().get(grant, project(call)))
        .map(QuotaEndpoints::whole);
  }

  private Future<Answer> setProject(Call call) {
    JsonObject json = call.body().json();
    var quota = new ProjectQuota.Change(number(json, "leases"), number(json, "runs"));
    return at(call, Action.PROJECT_QUOTA)
        .compose(grant -> quotas.projects().set(grant, project(call), quota, call.seen()))
        .map(QuotaEndpoints::whole);
  }

  private Future<Grant> at(Call call, Action action) {
    return projects
        .locate(call.caller().tenant(), project(call))
        .compose(place -> policy.require(call.caller(), action, place, call.context()));
  }

  private static ObjectName project(Call call) {
    return new ObjectName(call.path("project"));
  }

  private static Answer whole(ProjectQuotas.Standing standing) {
    return Answer.ok(json -> standing(json, standing)).etag(standing.etag());
  }

  private static Answer whole(Quotas.Standing standing) {
    return Answer.ok(json -> standing(json, standing)).etag(standing.etag());
  }

  private static void standing(JsonWriter json, ProjectQuotas.Standing standing) {
    json.field("project", standing.project().text())
        .object(
            "limits",
            inner ->
                inner
                    .field("leases", standing.limits().leases())
                    .field("runs", standing.limits().runs()))
        .object(
            "set",
            inner -> {
              standing.set().leases().ifPresent(number -> inner.field("leases", number));
              standing.set().runs().ifPresent(number -> inner.field("runs", number));
            })
        .field("etag", Answer.tag(standing.etag()));
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
        .map(QuotaEndpoints::whole);
  }

  private Future<Answer> set(Call call) {
    TenantName name = new TenantName(call.path("tenant"));
    QuotaChange quota = quota(call.body().json());
    return policy
        .require(call.caller(), Action.TENANT_OPERATE, QUOTAS, call.context())
        .compose(grant -> quotas.set(grant, name, quota, call.seen()))
        .map(QuotaEndpoints::whole);
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
        number(json, "lease_seconds"),
        number(json, "project_leases"),
        number(json, "project_runs"));
  }

  private static OptionalLong number(JsonObject json, String field) {
    Long number = json.getLong(field);
    return number == null ? OptionalLong.empty() : OptionalLong.of(number);
  }

  private static void standing(JsonWriter json, Quotas.Standing standing) {
    json.field("tenant", standing.tenant().name())
        .object("limits", inner -> limits(inner, standing.limits()))
        .object("set", inner -> set(inner, standing.set()))
        .object("used", inner -> used(inner, standing.used()))
        .field("etag", Answer.tag(standing.etag()));
  }

  private static void limits(JsonWriter json, Quota quota) {
    json.field("secrets", quota.secrets())
        .field("versions", quota.versions())
        .field("bytes", quota.bytes())
        .field("leases", quota.leases())
        .field("streams", quota.streams())
        .field("requests_per_second", quota.requestsPerSecond())
        .field("runs", quota.runs())
        .field("project_leases", quota.projectLeases())
        .field("project_runs", quota.projectRuns());
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
    set.projectLeases().ifPresent(number -> json.field("project_leases", number));
    set.projectRuns().ifPresent(number -> json.field("project_runs", number));
  }

  private static void used(JsonWriter json, Growth used) {
    json.field("secrets", used.secrets())
        .field("versions", used.versions())
        .field("bytes", used.bytes());
  }
}
