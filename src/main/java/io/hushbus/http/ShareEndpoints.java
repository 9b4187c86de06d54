package io.hushbus.http;

import io.hushbus.access.AccessPolicy;
import io.hushbus.lease.Environment;
import io.hushbus.lease.Environments;
import io.hushbus.lease.Leases;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Resource;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.hushbus.secret.Adopted;
import io.hushbus.secret.Adoptions;
import io.hushbus.secret.CloneAsk;
import io.hushbus.secret.Secret;
import io.hushbus.secret.SecretClones;
import io.hushbus.secret.Share;
import io.hushbus.secret.Shares;
import io.hushbus.tenant.Communities;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;

/** The owner's side of sharing, who uses a secret, and clones. */
final class ShareEndpoints {

  private static final String KIND = "secret";
  private static final UUID NOWHERE = new UUID(0, 0);

  /**
   * Who uses a secret: adoptions, with one to spare, how many live leases on each version, and the
   * environments that need it.
   */
  private record Usage(
      List<Adopted> adoptions, SortedMap<Integer, Long> leases, List<Environment> environments) {}

  private final Scopes scopes;
  private final AccessPolicy policy;
  private final Communities communities;
  private final Shares shares;
  private final Adoptions adoptions;
  private final SecretClones clones;
  private final Leases leases;
  private final Environments environments;

  ShareEndpoints(
      Scopes scopes,
      AccessPolicy policy,
      Communities communities,
      Api.Sharing sharing,
      Leases leases,
      Environments environments) {
    this.scopes = scopes;
    this.policy = policy;
    this.communities = communities;
    this.shares = sharing.shares();
    this.adoptions = sharing.adoptions();
    this.clones = sharing.clones();
    this.leases = leases;
    this.environments = environments;
  }

  Map<String, Endpoint> byOperation() {
    return Map.of(
        "listShares", this::list,
        "getShare", this::get,
        "shareSecret", this::share,
        "unshareSecret", this::unshare,
        "getSecretUsage", this::usage,
        "cloneSecret", this::copy);
  }

  private Future<Answer> list(Call call) {
    return all(call)
        .map(found -> Answer.ok(json -> json.array("shares", found, ShareEndpoints::share)));
  }

  private Future<Answer> get(Call call) {
    String folded = new ObjectName(call.path("community")).folded();
    return all(call)
        .map(
            found ->
                found.stream()
                    .filter(share -> share.community().name().folded().equals(folded))
                    .findFirst()
                    .orElseThrow(() -> Failure.missing("share")))
        .map(share -> Answer.ok(json -> share(json, share)));
  }

  private Future<List<Share>> all(Call call) {
    return scopes
        .inQuery(call, Action.SECRET_READ_METADATA, KIND)
        .compose(at -> shares.list(at.grant(), at.scope(), name(call)));
  }

  private Future<Answer> share(Call call) {
    return inCommunity(call)
        .compose(at -> shares.share(at.grant(), at.scope(), name(call)))
        .map(share -> Answer.ok(json -> share(json, share)));
  }

  private Future<Answer> unshare(Call call) {
    return inCommunity(call)
        .compose(at -> shares.unshare(at.grant(), at.scope(), name(call)))
        .map(share -> Answer.nothing());
  }

  /**
   * The grant to share in the community of the path. Whoever may not see secrets there is told that
   * there is none, whichever community it names; whoever may is refused alike for a community that
   * is not its own and for one that is not there.
   */
  private Future<Scopes.Allowed> inCommunity(Call call) {
    ObjectName name = new ObjectName(call.path("community"));
    return scopes
        .inQuery(call, Action.SECRET_READ_METADATA, KIND)
        .compose(
            at ->
                communities
                    .find(call.caller().tenant(), name)
                    .compose(found -> inCommunity(call, ofProject(at.scope()), found)));
  }

  private Future<Scopes.Allowed> inCommunity(Call call, Scope scope, Optional<UUID> community) {
    Resource secret = Resource.in(scope, KIND).at(community.orElse(NOWHERE));
    return policy
        .require(call.caller(), Action.SECRET_SHARE, secret, call.context())
        .compose(
            grant ->
                community.isPresent()
                    ? Future.succeededFuture(new Scopes.Allowed(grant, scope))
                    : Future.failedFuture(Failure.missing("community")));
  }

  /** What belongs to no project needs no sharing: every project sees it as it is. */
  private static Scope ofProject(Scope scope) {
    if (scope.inProject().isEmpty()) {
      throw Failure.invalid("?project", Failure.Code.MISSING_FIELD);
    }
    return scope;
  }

  private Future<Answer> usage(Call call) {
    return scopes
        .inQuery(call, Action.SECRET_READ_METADATA, KIND)
        .compose(at -> usage(call, at))
        .map(usage -> usage(call, usage));
  }

  private Future<Usage> usage(Call call, Scopes.Allowed at) {
    return adoptions
        .of(at.grant(), at.scope(), name(call), PageTokens.id(call), call.pageSize() + 1)
        .compose(
            used ->
                leases
                    .holding(at.grant(), used.head().id())
                    .compose(
                        held ->
                            environments
                                .needing(at.grant(), used.head())
                                .map(needing -> new Usage(used.adoptions(), held, needing))));
  }

  private static Answer usage(Call call, Usage usage) {
    int size = call.pageSize();
    boolean more = usage.adoptions().size() > size;
    List<Adopted> shown = more ? usage.adoptions().subList(0, size) : usage.adoptions();
    Optional<String> next =
        more
            ? Optional.of(PageTokens.of(call, shown.getLast().adoption().id().toString()))
            : Optional.empty();
    return Answer.ok(
        json ->
            json.array("adoptions", shown, AdoptionEndpoints::adopted)
                .array(
                    "leases",
                    usage.leases().entrySet(),
                    (inner, held) ->
                        inner.field("version", held.getKey()).field("live", held.getValue()))
                .array("environments", usage.environments(), NeedsJson::named)
                .field("next_page_token", next));
  }

  private Future<Answer> copy(Call call) {
    return scopes
        .inQuery(call, Action.SECRET_CLONE, KIND)
        .compose(
            from ->
                target(call, from)
                    .compose(
                        to ->
                            clones.create(
                                from.grant(),
                                to.grant(),
                                from.scope(),
                                name(call),
                                ask(call.body(), to.scope()))))
        .map(ShareEndpoints::made);
  }

  private static Answer made(Secret head) {
    return Answer.created(SecretEndpoints.path(head), json -> SecretEndpoints.secret(json, head))
        .etag(head.currentVersion());
  }

  /** The scope that the body names, else the one that the source was looked for in. */
  private Future<Scopes.Allowed> target(Call call, Scopes.Allowed from) {
    return Optional.ofNullable(call.body().json().getJsonObject("target"))
        .map(target -> scopes.inTarget(call, target, Action.SECRET_CREATE, KIND))
        .orElseGet(
            () ->
                policy
                    .require(
                        call.caller(),
                        Action.SECRET_CREATE,
                        Resource.in(from.scope(), KIND),
                        call.context())
                    .map(grant -> new Scopes.Allowed(grant, from.scope())));
  }

  private static CloneAsk ask(Body body, Scope target) {
    JsonObject json = body.json();
    return new CloneAsk(
        target,
        new SecretName(body.required("name")),
        body.text("description"),
        Optional.ofNullable(json.getJsonObject("labels")).map(SecretEndpoints::labels),
        ValueFields.given(body),
        ValueFields.patch(body, "patch"));
  }

  private static SecretName name(Call call) {
    return new SecretName(call.path("name"));
  }

  private static void share(JsonWriter json, Share share) {
    json.field("id", share.id().toString())
        .field("secret_id", share.secret().toString())
        .field("community", share.community().name().text())
        .field("created_by", share.createdBy())
        .field("created_at", share.createdAt());
  }
}
