package io.hushbus.http;

import io.hushbus.access.AccessPolicy;
import io.hushbus.model.Action;
import io.hushbus.model.Grant;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Resource;
import io.hushbus.tenant.Communities;
import io.hushbus.tenant.Community;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;

/** The operations on {@code /communities}. */
final class CommunityEndpoints {

  private static final Resource COMMUNITIES = Resource.ofTenant("community");

  private final AccessPolicy policy;
  private final Communities communities;

  CommunityEndpoints(AccessPolicy policy, Communities communities) {
    this.policy = policy;
    this.communities = communities;
  }

  Map<String, Endpoint> byOperation() {
    return Map.of(
        "createCommunity", this::create,
        "listCommunities", this::list,
        "getCommunity", this::get,
        "patchCommunity", this::patch,
        "deleteCommunity", this::delete);
  }

  private Future<Answer> create(Call call) {
    ObjectName name = new ObjectName(call.body().required("name"));
    return policy
        .require(call.caller(), Action.COMMUNITY_ADMIN, COMMUNITIES, call.context())
        .compose(
            grant -> communities.create(grant, name, call.body().text("description").orElse("")))
        .map(
            community ->
                Answer.created("/api/v1/communities/" + name, json -> community(json, community))
                    .etag(community.etag()));
  }

  /** Those where the caller has a role, and those of the projects where it has one. */
  private Future<Answer> list(Call call) {
    Optional<ObjectName> after = PageTokens.text(call).map(ObjectName::new);
    var view = policy.view(call.caller(), Action.COMMUNITY_READ);
    var visible =
        new Communities.Visible(
            policy.communities(call.caller(), Action.COMMUNITY_READ), view.projects());
    return policy
        .requireView(call.caller(), Action.COMMUNITY_READ, COMMUNITIES.kind(), call.context())
        .compose(
            grant ->
                communities.list(
                    grant,
                    view.everything() ? Optional.empty() : Optional.of(visible),
                    after,
                    call.pageSize()))
        .map(
            page ->
                TenancyEndpoints.page(
                    call,
                    "communities",
                    page,
                    CommunityEndpoints::community,
                    community -> community.name().folded()));
  }

  private Future<Answer> get(Call call) {
    return located(call, Action.COMMUNITY_READ)
        .compose(communities::get)
        .map(CommunityEndpoints::whole);
  }

  private Future<Answer> patch(Call call) {
    return located(call, Action.COMMUNITY_ADMIN)
        .compose(
            grant -> communities.describe(grant, call.body().required("description"), call.seen()))
        .map(CommunityEndpoints::whole);
  }

  private Future<Answer> delete(Call call) {
    return located(call, Action.COMMUNITY_ADMIN)
        .compose(communities::delete)
        .map(gone -> Answer.nothing());
  }

  private Future<Grant> located(Call call, Action action) {
    return communities
        .locate(call.caller().tenant(), new ObjectName(call.path("community")))
        .compose(resource -> policy.require(call.caller(), action, resource, call.context()));
  }

  private static Answer whole(Community community) {
    return Answer.ok(json -> community(json, community)).etag(community.etag());
  }

  private static void community(JsonWriter json, Community community) {
    json.field("id", community.id().toString())
        .field("name", community.name().text())
        .field("description", community.description())
        .field("created_at", community.createdAt())
        .field("etag", Answer.tag(community.etag()));
  }
}
