package io.hushbus.http;

import io.hushbus.access.AccessPolicy;
import io.hushbus.access.AccountKey;
import io.hushbus.access.AccountKeys;
import io.hushbus.access.NewKey;
import io.hushbus.access.RoleBinding;
import io.hushbus.access.RoleBindings;
import io.hushbus.access.ServiceAccount;
import io.hushbus.access.ServiceAccounts;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Principal;
import io.hushbus.model.Resource;
import io.hushbus.model.Role;
import io.hushbus.model.SecretValue;
import io.hushbus.model.Ttl;
import io.hushbus.tenant.Communities;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The operations on {@code /service-accounts}, their keys, and {@code /role-bindings}. A key is
 * shown in one answer, ever.
 */
final class AccountEndpoints {

  private static final String BINDING = "role_binding";
  private static final Duration USUAL_OVERLAP = Duration.ofDays(1);
  private static final Resource ACCOUNTS = Resource.ofTenant("service_account");

  private final Scopes scopes;
  private final AccessPolicy policy;
  private final Communities communities;
  private final ServiceAccounts accounts;
  private final AccountKeys keys;
  private final RoleBindings bindings;

  AccountEndpoints(
      Scopes scopes,
      AccessPolicy policy,
      Communities communities,
      ServiceAccounts accounts,
      AccountKeys keys,
      RoleBindings bindings) {
    this.scopes = scopes;
    this.policy = policy;
    this.communities = communities;
    this.accounts = accounts;
    this.keys = keys;
    this.bindings = bindings;
  }

  Map<String, Endpoint> byOperation() {
    return Map.ofEntries(
        Map.entry("createServiceAccount", this::createAccount),
        Map.entry("listServiceAccounts", this::listAccounts),
        Map.entry("getServiceAccount", this::getAccount),
        Map.entry("deleteServiceAccount", this::deleteAccount),
        Map.entry("createServiceAccountKey", this::createKey),
        Map.entry("rollServiceAccountKey", this::rollKey),
        Map.entry("listServiceAccountKeys", this::listKeys),
        Map.entry("deleteServiceAccountKey", this::deleteKey),
        Map.entry("createRoleBinding", this::bind),
        Map.entry("listRoleBindings", this::listBindings),
        Map.entry("deleteRoleBinding", this::unbind));
  }

  private Future<Answer> createAccount(Call call) {
    ObjectName name = new ObjectName(call.body().required("name"));
    return policy
        .require(call.caller(), Action.ACCOUNT_ADMIN, ACCOUNTS, call.context())
        .compose(grant -> accounts.create(grant, name, call.body().text("description").orElse("")))
        .map(
            account ->
                Answer.created(
                    "/api/v1/service-accounts/" + account.id(), json -> account(json, account)));
  }

  private Future<Answer> listAccounts(Call call) {
    Optional<ObjectName> after = PageTokens.text(call).map(ObjectName::new);
    return policy
        .require(call.caller(), Action.ACCOUNT_READ, ACCOUNTS, call.context())
        .compose(grant -> accounts.list(grant, after, call.pageSize()))
        .map(
            page ->
                TenancyEndpoints.page(
                    call,
                    "service_accounts",
                    page,
                    AccountEndpoints::account,
                    account -> account.name().folded()));
  }

  private Future<Answer> getAccount(Call call) {
    return account(call, Action.ACCOUNT_READ)
        .compose(accounts::get)
        .map(account -> Answer.ok(json -> account(json, account)));
  }

  private Future<Answer> deleteAccount(Call call) {
    return account(call, Action.ACCOUNT_ADMIN)
        .compose(accounts::delete)
        .map(ended -> Answer.nothing());
  }

  private Future<Answer> createKey(Call call) {
    Optional<Duration> lifetime = duration(call, "expires_in");
    return account(call, Action.ACCOUNT_ADMIN)
        .compose(grant -> keys.create(grant, lifetime))
        .map(AccountEndpoints::madeKey);
  }

  private Future<Answer> rollKey(Call call) {
    UUID old = UUID.fromString(call.path("key"));
    Optional<Duration> lifetime = duration(call, "expires_in");
    Duration overlap = duration(call, "overlap").orElse(USUAL_OVERLAP);
    return account(call, Action.ACCOUNT_ADMIN)
        .compose(grant -> keys.roll(grant, old, lifetime, overlap))
        .map(AccountEndpoints::madeKey);
  }

  private static Optional<Duration> duration(Call call, String field) {
    try {
      return call.body().text(field).map(Ttl::parse);
    } catch (Failure.Invalid refused) {
      throw refused.at("/" + field);
    }
  }

  private static Answer madeKey(NewKey made) {
    try {
      return Answer.json(
          201,
          json -> {
            key(json, made.facts());
            json.secret("key", made.shown());
          });
    } finally {
      made.shown().ifPresent(SecretValue::close);
    }
  }

  private Future<Answer> listKeys(Call call) {
    return account(call, Action.ACCOUNT_READ)
        .compose(grant -> keys.list(grant, PageTokens.id(call), call.pageSize()))
        .map(
            page ->
                TenancyEndpoints.page(
                    call, "keys", page, AccountEndpoints::key, key -> key.id().toString()));
  }

  private Future<Answer> deleteKey(Call call) {
    UUID key = UUID.fromString(call.path("key"));
    return account(call, Action.ACCOUNT_ADMIN)
        .compose(grant -> keys.revoke(grant, key))
        .map(ended -> Answer.nothing());
  }

  private Future<Grant> account(Call call, Action action) {
    Resource account = ServiceAccounts.resource(UUID.fromString(call.path("id")));
    return policy.require(call.caller(), action, account, call.context());
  }

  private Future<Answer> bind(Call call) {
    Principal principal =
        new Principal(
            Principal.Kind.SERVICE_ACCOUNT,
            UUID.fromString(call.body().required("service_account")));
    Role role = Role.of(call.body().required("role")).orElseThrow();
    return levelInBody(call)
        .compose(grant -> bindings.create(grant, principal, role))
        .map(
            binding ->
                Answer.created(
                    "/api/v1/role-bindings/" + binding.id(), json -> binding(json, binding)));
  }

  /** At the community or the project that the body names, else at the tenant. */
  private Future<Grant> levelInBody(Call call) {
    Optional<String> community = call.body().text("community");
    if (community.isEmpty()) {
      return scopes.projectInBody(call, Action.ROLE_ADMIN, BINDING).map(Scopes.Allowed::grant);
    }
    if (call.body().text("project").isPresent()) {
      throw Failure.invalid("/community", Failure.Code.NOT_ALLOWED);
    }
    return atCommunity(call, community.get(), Action.ROLE_ADMIN, "/community");
  }

  private Future<Grant> levelInQuery(Call call) {
    Optional<String> community = call.parameter("community");
    if (community.isEmpty()) {
      return scopes.projectInQuery(call, Action.ROLE_READ, BINDING).map(Scopes.Allowed::grant);
    }
    if (call.parameter("project").isPresent()) {
      throw Failure.invalid("?community", Failure.Code.NOT_ALLOWED);
    }
    return atCommunity(call, community.get(), Action.ROLE_READ, "?community");
  }

  /** Only who may list the communities of the tenant is told that there is none of that name. */
  private Future<Grant> atCommunity(Call call, String name, Action action, String pointer) {
    return communities
        .find(call.caller().tenant(), new ObjectName(name))
        .map(found -> found.orElseThrow(() -> unknown(call, pointer)))
        .map(id -> RoleBindings.resource(Optional.empty(), Optional.of(id)))
        .compose(level -> policy.require(call.caller(), action, level, call.context()));
  }

  private Failure unknown(Call call, String pointer) {
    return policy.may(call.caller(), Action.COMMUNITY_READ, Optional.empty())
        ? Failure.invalid(pointer, Failure.Code.UNKNOWN_COMMUNITY)
        : Failure.missing(BINDING);
  }

  private Future<Answer> listBindings(Call call) {
    return levelInQuery(call)
        .compose(grant -> bindings.list(grant, PageTokens.id(call), call.pageSize()))
        .map(
            page ->
                TenancyEndpoints.page(
                    call,
                    "role_bindings",
                    page,
                    AccountEndpoints::binding,
                    binding -> binding.id().toString()));
  }

  private Future<Answer> unbind(Call call) {
    return bindings
        .locate(call.caller().tenant(), UUID.fromString(call.path("id")))
        .compose(
            resource -> policy.require(call.caller(), Action.ROLE_ADMIN, resource, call.context()))
        .compose(bindings::delete)
        .map(ended -> Answer.nothing());
  }

  private static void account(JsonWriter json, ServiceAccount account) {
    json.field("id", account.id().toString())
        .field("name", account.name().text())
        .field("description", account.description())
        .field("created_by", account.createdBy())
        .field("created_at", account.createdAt());
  }

  private static void key(JsonWriter json, AccountKey key) {
    json.field("id", key.id().toString())
        .field("hint", key.hint())
        .field("created_by", key.createdBy())
        .field("created_at", key.createdAt());
    key.expiresAt().ifPresent(at -> json.field("expires_at", at));
    key.revokedAt().ifPresent(at -> json.field("revoked_at", at));
  }

  private static void binding(JsonWriter json, RoleBinding binding) {
    json.field("id", binding.id().toString())
        .field("service_account", binding.principal().id().toString())
        .field("role", binding.role().word())
        .field("project_id", binding.project().map(UUID::toString))
        .field("community_id", binding.community().map(UUID::toString))
        .field("created_by", binding.createdBy())
        .field("created_at", binding.createdAt());
  }
}
