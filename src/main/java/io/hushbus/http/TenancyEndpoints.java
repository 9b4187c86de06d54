package io.hushbus.http;

import io.hushbus.access.AccessPolicy;
import io.hushbus.access.Founding;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Resource;
import io.hushbus.model.Reveal;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.hushbus.model.TenantName;
import io.hushbus.tenant.Communities;
import io.hushbus.tenant.Domain;
import io.hushbus.tenant.Domains;
import io.hushbus.tenant.Page;
import io.hushbus.tenant.Project;
import io.hushbus.tenant.Projects;
import io.hushbus.tenant.Tenant;
import io.hushbus.tenant.TenantDeletion;
import io.hushbus.tenant.Tenants;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The operations on {@code /tenants}, which are the operator's, and on {@code /projects} and {@code
 * /domains}.
 */
final class TenancyEndpoints {

  private static final Resource TENANTS = Resource.ofTenant("tenant");
  private static final Resource PROJECTS = Resource.ofTenant("project");
  private static final Resource DOMAINS = Resource.ofTenant("domain");

  private final AccessPolicy policy;
  private final Founding founding;
  private final Tenants tenants;
  private final Projects projects;
  private final Communities communities;
  private final Domains domains;
  private final TenantDeletion deletion;
  private final Predicate<TenantId> shut;

  TenancyEndpoints(
      AccessPolicy policy,
      Founding founding,
      Tenants tenants,
      Projects projects,
      Communities communities,
      Domains domains,
      TenantDeletion deletion,
      Predicate<TenantId> shut) {
    this.policy = policy;
    this.founding = founding;
    this.tenants = tenants;
    this.projects = projects;
    this.communities = communities;
    this.domains = domains;
    this.deletion = deletion;
    this.shut = shut;
  }

  Map<String, Endpoint> byOperation() {
    return Map.of(
        "createTenant", this::createTenant,
        "listTenants", this::listTenants,
        "getTenant", this::getTenant,
        "deleteTenant", this::deleteTenant,
        "createProject", this::createProject,
        "listProjects", this::listProjects,
        "getProject", this::getProject,
        "patchProject", this::patchProject,
        "createDomain", this::createDomain,
        "listDomains", this::listDomains);
  }

  private Future<Answer> createTenant(Call call) {
    TenantName name = name(call.body());
    return policy
        .require(call.caller(), Action.TENANT_OPERATE, TENANTS, call.context())
        .compose(grant -> founding.tenant(grant, name))
        .map(founded -> Answer.created("/api/v1/tenants/" + name, json -> founded(json, founded)));
  }

  /** The form of the name has been checked; that it is reserved has not. */
  private static TenantName name(Body body) {
    try {
      return new TenantName(body.required("name"));
    } catch (Failure.Invalid refused) {
      throw refused.at("/name");
    }
  }

  private Future<Answer> listTenants(Call call) {
    Optional<TenantName> after = PageTokens.text(call).map(TenantName::new);
    return policy
        .require(call.caller(), Action.TENANT_OPERATE, TENANTS, call.context())
        .compose(grant -> tenants.list(grant, after, call.pageSize()))
        .map(page -> page(call, "tenants", page, this::standing, Tenant::name));
  }

  private Future<Answer> getTenant(Call call) {
    TenantName name = new TenantName(call.path("tenant"));
    return policy
        .require(call.caller(), Action.TENANT_OPERATE, TENANTS, call.context())
        .compose(grant -> tenants.get(grant, name))
        .map(tenant -> Answer.ok(json -> standing(json, tenant)));
  }

  private Future<Answer> deleteTenant(Call call) {
    TenantName name = new TenantName(call.path("tenant"));
    String confirmed = call.parameter("confirm").orElse("");
    return policy
        .require(call.caller(), Action.TENANT_OPERATE, TENANTS, call.context())
        .compose(grant -> deletion.begin(grant, name, confirmed))
        .map(KeyEndpoints::accepted);
  }

  private Future<Answer> createProject(Call call) {
    ObjectName name = new ObjectName(call.body().required("name"));
    return policy
        .require(call.caller(), Action.PROJECT_ADMIN, PROJECTS, call.context())
        .compose(grant -> createProject(call, grant, name))
        .map(
            project ->
                Answer.created("/api/v1/projects/" + name, json -> project(json, project))
                    .etag(project.etag()));
  }

  private Future<Project> createProject(Call call, Grant grant, ObjectName name) {
    String description = call.body().text("description").orElse("");
    return community(call)
        .compose(community -> projects.create(grant, name, description, community));
  }

  /** The community that the body names, if it names one. */
  private Future<Optional<UUID>> community(Call call) {
    return call.body()
        .text("community")
        .map(
            name ->
                communities
                    .find(call.caller().tenant(), new ObjectName(name))
                    .map(
                        found ->
                            Optional.of(
                                found.orElseThrow(
                                    () ->
                                        Failure.invalid(
                                            "/community", Failure.Code.UNKNOWN_COMMUNITY)))))
        .orElseGet(() -> Future.succeededFuture(Optional.empty()));
  }

  private Future<Answer> listProjects(Call call) {
    Optional<ObjectName> after = PageTokens.text(call).map(ObjectName::new);
    var view = policy.view(call.caller(), Action.PROJECT_READ);
    return policy
        .requireView(call.caller(), Action.PROJECT_READ, PROJECTS.kind(), call.context())
        .compose(grant -> projects.list(grant, view.only(), after, call.pageSize()))
        .map(
            page ->
                page(
                    call,
                    "projects",
                    page,
                    TenancyEndpoints::project,
                    project -> project.name().folded()));
  }

  private Future<Answer> getProject(Call call) {
    ObjectName name = new ObjectName(call.path("project"));
    return projects
        .locate(call.caller().tenant(), name)
        .compose(
            resource ->
                policy.require(call.caller(), Action.PROJECT_READ, resource, call.context()))
        .compose(projects::get)
        .map(TenancyEndpoints::whole);
  }

  private Future<Answer> patchProject(Call call) {
    ObjectName name = new ObjectName(call.path("project"));
    return projects
        .locate(call.caller().tenant(), name)
        .compose(
            resource ->
                policy
                    .require(call.caller(), Action.PROJECT_ADMIN, resource, call.context())
                    .compose(grant -> patchProject(call, grant, resource)))
        .map(TenancyEndpoints::whole);
  }

  /** Where a project belongs decides what it may adopt: that is not for its own admins to say. */
  private Future<Project> patchProject(Call call, Grant grant, Resource project) {
    return call.body().json().containsKey("community")
        ? policy
            .require(call.caller(), Action.COMMUNITY_ADMIN, project, call.context())
            .compose(
                membership ->
                    community(call)
                        .map(Projects.Edit.Membership::new)
                        .compose(
                            to ->
                                projects.edit(
                                    grant, membership, edit(call, Optional.of(to)), call.seen())))
        : projects.edit(grant, edit(call, Optional.empty()), call.seen());
  }

  private static Projects.Edit edit(Call call, Optional<Projects.Edit.Membership> community) {
    JsonObject json = call.body().json();
    return new Projects.Edit(
        json.containsKey("description")
            ? Optional.of(Objects.requireNonNullElse(json.getString("description"), ""))
            : Optional.empty(),
        call.body().text("reveal").flatMap(Reveal::of),
        community);
  }

  private Future<Answer> createDomain(Call call) {
    ObjectName name = new ObjectName(call.body().required("name"));
    return policy
        .require(call.caller(), Action.DOMAIN_ADMIN, DOMAINS, call.context())
        .compose(grant -> domains.create(grant, name))
        .map(domain -> Answer.json(201, json -> domain(json, domain)));
  }

  private Future<Answer> listDomains(Call call) {
    Optional<ObjectName> after = PageTokens.text(call).map(ObjectName::new);
    return policy
        .requireView(call.caller(), Action.DOMAIN_READ, DOMAINS.kind(), call.context())
        .compose(grant -> domains.list(grant, after, call.pageSize()))
        .map(
            page ->
                page(
                    call,
                    "domains",
                    page,
                    TenancyEndpoints::domain,
                    domain -> domain.name().folded()));
  }

  /** A page of a list that is ordered by {@code place}. */
  static <T> Answer page(
      Call call,
      String name,
      Page<T> page,
      BiConsumer<JsonWriter, T> item,
      Function<T, String> place) {
    Optional<String> next =
        page.more()
            ? Optional.of(PageTokens.of(call, place.apply(page.items().getLast())))
            : Optional.empty();
    return Answer.ok(json -> json.array(name, page.items(), item).field("next_page_token", next));
  }

  private static void founded(JsonWriter json, Founding.Founded founded) {
    tenant(json, founded.tenant());
    json.object(
        "admin",
        inner ->
            inner
                .field("service_account", founded.administrator().id().toString())
                .secret("key", founded.key().shown()));
    founded.key().shown().ifPresent(SecretValue::close);
  }

  private void standing(JsonWriter json, Tenant tenant) {
    tenant(json, tenant);
    if (shut.test(tenant.id())) {
      json.field("restore_pending", true);
    }
  }

  private static void tenant(JsonWriter json, Tenant tenant) {
    json.field("id", tenant.id().toString())
        .field("name", tenant.name())
        .field("state", tenant.state())
        .field("created_at", tenant.createdAt());
  }

  private static Answer whole(Project project) {
    return Answer.ok(json -> project(json, project)).etag(project.etag());
  }

  private static void project(JsonWriter json, Project project) {
    json.field("id", project.id().toString())
        .field("name", project.name().text())
        .field("description", project.description())
        .field("community", project.community().map(place -> place.name().text()))
        .field("reveal", project.reveal().word())
        .field("created_at", project.createdAt())
        .field("etag", Answer.tag(project.etag()));
  }

  private static void domain(JsonWriter json, Domain domain) {
    json.field("id", domain.id().toString())
        .field("name", domain.name().text())
        .field("created_at", domain.createdAt());
  }
}
