package io.hushbus.http;

import io.hushbus.access.AccessPolicy;
import io.hushbus.access.Algorithm;
import io.hushbus.access.IdentityProvider;
import io.hushbus.access.IdentityProviders;
import io.hushbus.access.ProviderRules;
import io.hushbus.access.ProviderText;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Scope;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.Places;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The operations on {@code /identity-providers}. */
final class ProviderEndpoints {

  private final AccessPolicy policy;
  private final Places places;
  private final IdentityProviders providers;

  ProviderEndpoints(AccessPolicy policy, Places places, IdentityProviders providers) {
    this.policy = policy;
    this.places = places;
    this.providers = providers;
  }

  Map<String, Endpoint> byOperation() {
    return Map.of(
        "createIdentityProvider", this::create,
        "listIdentityProviders", this::list,
        "getIdentityProvider", this::get,
        "replaceIdentityProvider", this::replace,
        "deleteIdentityProvider", this::delete);
  }

  private Future<Answer> create(Call call) {
    return policy
        .require(call.caller(), Action.IDENTITY_ADMIN, IdentityProviders.resource(), call.context())
        .compose(grant -> rules(call).compose(rules -> providers.create(grant, rules)))
        .map(
            made ->
                Answer.created(
                        "/api/v1/identity-providers/" + made.id(), json -> provider(json, made))
                    .etag(made.etag()));
  }

  private Future<Answer> list(Call call) {
    Optional<ObjectName> after = PageTokens.text(call).map(ObjectName::new);
    return policy
        .require(call.caller(), Action.IDENTITY_READ, IdentityProviders.resource(), call.context())
        .compose(grant -> providers.list(grant, after, call.pageSize()))
        .map(
            page ->
                TenancyEndpoints.page(
                    call,
                    "identity_providers",
                    page,
                    ProviderEndpoints::provider,
                    one -> one.rules().name().folded()));
  }

  private Future<Answer> get(Call call) {
    return one(call, Action.IDENTITY_READ).compose(providers::get).map(ProviderEndpoints::whole);
  }

  private Future<Answer> replace(Call call) {
    return one(call, Action.IDENTITY_ADMIN)
        .compose(
            grant -> rules(call).compose(rules -> providers.replace(grant, rules, call.seen())))
        .map(ProviderEndpoints::whole);
  }

  private Future<Answer> delete(Call call) {
    return one(call, Action.IDENTITY_ADMIN)
        .compose(providers::delete)
        .map(ended -> Answer.nothing());
  }

  private Future<Grant> one(Call call, Action action) {
    UUID id = UUID.fromString(call.path("id"));
    return policy.require(call.caller(), action, IdentityProviders.resource(id), call.context());
  }

  /** The rules in the body, with projects found by their names. */
  private Future<ProviderRules> rules(Call call) {
    JsonObject body = call.body().json().copy();
    JsonArray mappings = body.getJsonArray("mappings");
    List<Future<Void>> found = new ArrayList<>();
    for (int i = 0; i < mappings.size(); i++) {
      found.add(located(call.caller().tenant(), mappings.getJsonObject(i), i));
    }
    return Future.all(found).map(all -> ProviderText.read(body));
  }

  private Future<Void> located(TenantId tenant, JsonObject mapping, int index) {
    String project = (String) mapping.remove("project");
    return project == null
        ? Future.succeededFuture()
        : places
            .scope(tenant, Optional.of(new ObjectName(project)), Optional.empty())
            .recover(cause -> Future.failedFuture(unknown(cause, index)))
            .map(
                scope -> {
                  UUID id = scope.inProject().map(Scope.Place::id).orElseThrow();
                  mapping.put("project_id", id.toString());
                  return null;
                });
  }

  private static Throwable unknown(Throwable cause, int index) {
    return cause instanceof Failure.Invalid
        ? Failure.invalid("/mappings/" + index + "/project", Failure.Code.UNKNOWN_PROJECT)
        : cause;
  }

  private static Answer whole(IdentityProvider provider) {
    return Answer.ok(json -> provider(json, provider)).etag(provider.etag());
  }

  private static void provider(JsonWriter json, IdentityProvider provider) {
    ProviderRules rules = provider.rules();
    JsonObject text = ProviderText.write(rules);
    json.field("id", provider.id().toString())
        .field("name", rules.name().text())
        .field("kind", rules.kind().word());
    if (rules.kind() == ProviderRules.Kind.JWT) {
      json.field("issuer", rules.issuer())
          .field("audience", rules.audience())
          .field("max_token_lifetime_seconds", rules.longest().toSeconds())
          .field("jwks_url", Optional.ofNullable(text.getString("jwks_url")))
          .field("ca_pem", Optional.ofNullable(text.getString("ca_pem")))
          .texts("algorithms", rules.algorithms().stream().sorted().map(Algorithm::word).toList());
      Optional.ofNullable(text.getJsonObject("jwks")).ifPresent(keys -> json.field("jwks", keys));
    }
    json.field("any_subject", rules.anySubject())
        .trees("conditions", trees(text, "conditions"))
        .trees("mappings", trees(text, "mappings"))
        .field("created_by", provider.createdBy())
        .field("created_at", provider.createdAt())
        .field("updated_at", provider.updatedAt())
        .field("etag", Answer.tag(provider.etag()));
  }

  private static List<JsonObject> trees(JsonObject text, String field) {
    return text.getJsonArray(field).stream().map(JsonObject.class::cast).toList();
  }
}
