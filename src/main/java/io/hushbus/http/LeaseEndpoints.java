package io.hushbus.http;

import io.hushbus.access.AccessPolicy;
import io.hushbus.access.View;
import io.hushbus.lease.Lease;
import io.hushbus.lease.LeaseAsk;
import io.hushbus.lease.LeaseGrants;
import io.hushbus.lease.LeasedSecret;
import io.hushbus.lease.Leases;
import io.hushbus.model.Action;
import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.LeaseId;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretName;
import io.hushbus.model.Ttl;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The operations on {@code /leases}. Granting is the only one that answers with values. */
final class LeaseEndpoints {

  private static final String KIND = "lease";

  private final Scopes scopes;
  private final AccessPolicy policy;
  private final LeaseGrants grants;
  private final Leases leases;

  LeaseEndpoints(Scopes scopes, AccessPolicy policy, LeaseGrants grants, Leases leases) {
    this.scopes = scopes;
    this.policy = policy;
    this.grants = grants;
    this.leases = leases;
  }

  Map<String, Endpoint> byOperation() {
    return Map.of(
        "grantLeases", this::grant,
        "listLeases", this::list,
        "getLease", this::get,
        "renewLease", this::renew,
        "revokeLease", this::revoke);
  }

  private Future<Answer> grant(Call call) {
    List<LeaseAsk.Wanted> wanted = wanted(call.body().json().getJsonArray("secrets"));
    Optional<Duration> ttl = ttl(call);
    return scopes
        .inBody(call, Action.LEASE_GRANT, "secret")
        .compose(at -> granted(at.grant(), new LeaseAsk(at.scope(), wanted, ttl)))
        .map(LeaseEndpoints::answer);
  }

  private Future<LeaseGrants.Granted> granted(Grant grant, LeaseAsk ask) {
    return grant
        .once()
        .map(key -> grants.grantOnce(grant, ask, key))
        .orElseGet(
            () -> grants.grant(grant, ask).map(leases -> new LeaseGrants.Granted(leases, false)));
  }

  private static List<LeaseAsk.Wanted> wanted(JsonArray secrets) {
    List<LeaseAsk.Wanted> wanted = new ArrayList<>(secrets.size());
    for (int i = 0; i < secrets.size(); i++) {
      JsonObject one = secrets.getJsonObject(i);
      wanted.add(
          new LeaseAsk.Wanted(
              new SecretName(one.getString("secret")),
              Optional.ofNullable(one.getString("key")).map(EntryName::new)));
    }
    return wanted;
  }

  /** Writes the values into the answer and closes them, whatever happens. */
  private static Answer answer(LeaseGrants.Granted granted) {
    int status = granted.replayed() ? 200 : 201;
    try {
      return Answer.json(
          status, json -> json.array("leases", granted.leases(), LeaseEndpoints::leased));
    } finally {
      granted.leases().forEach(LeasedSecret::close);
    }
  }

  private Future<Answer> list(Call call) {
    View view = policy.view(call.caller(), Action.LEASE_READ);
    return policy
        .requireView(call.caller(), Action.LEASE_READ, KIND, call.context())
        .compose(
            grant ->
                scopes
                    .project(call)
                    .map(project -> filter(call, view, project))
                    .compose(filter -> leases.list(grant, filter)))
        .map(all -> page(call, all));
  }

  /** A caller who may see only its own leases gets those, whatever project it names. */
  private static Leases.Filter filter(Call call, View view, Optional<UUID> project) {
    boolean all = view.everything() || project.filter(view.projects()::contains).isPresent();
    return new Leases.Filter(
        project,
        all ? Optional.empty() : Optional.of(call.caller().principal().id()),
        call.parameter("secret").map(UUID::fromString).map(SecretId::new),
        call.parameter("state").flatMap(Lease.State::of),
        PageTokens.id(call),
        call.pageSize() + 1);
  }

  private static Answer page(Call call, List<Leases.View> found) {
    int size = call.pageSize();
    boolean more = found.size() > size;
    List<Leases.View> shown = more ? found.subList(0, size) : found;
    return Answer.ok(
        json ->
            json.array("leases", shown, LeaseEndpoints::lease)
                .field(
                    "next_page_token",
                    more
                        ? Optional.of(PageTokens.of(call, shown.getLast().lease().id().toString()))
                        : Optional.empty()));
  }

  private Future<Answer> get(Call call) {
    return located(call, Action.LEASE_READ)
        .compose(grant -> leases.get(grant, id(call)))
        .map(view -> Answer.ok(json -> lease(json, view)));
  }

  private Future<Answer> renew(Call call) {
    Optional<Duration> ttl = ttl(call);
    return located(call, Action.LEASE_RENEW)
        .compose(grant -> leases.renew(grant, id(call), ttl))
        .map(renewed -> Answer.ok(json -> renewed(json, renewed)));
  }

  /** A holder may always end its own lease; to end another's takes a right of its own. */
  private Future<Answer> revoke(Call call) {
    return located(call, Action.LEASE_REVOKE)
        .compose(grant -> leases.revoke(grant, id(call)))
        .map(ended -> Answer.nothing());
  }

  private Future<Grant> located(Call call, Action action) {
    return leases
        .locate(call.caller().tenant(), id(call))
        .compose(
            lease ->
                policy.require(
                    call.caller(), action, lease.resource(), lease.holder(), call.context()));
  }

  private static LeaseId id(Call call) {
    return new LeaseId(UUID.fromString(call.path("id")));
  }

  private static Optional<Duration> ttl(Call call) {
    try {
      return call.body().text("ttl").map(Ttl::parse);
    } catch (Failure.Invalid refused) {
      throw refused.at("/ttl");
    }
  }

  private static void leased(JsonWriter json, LeasedSecret leased) {
    Lease lease = leased.lease();
    json.field("id", lease.id().toString())
        .field("secret", leased.name().text())
        .field("secret_id", lease.secret().toString())
        .texts("scope", SecretEndpoints.scope(leased.secret().scope()))
        .field("type", leased.secret().type().word())
        .field("version", lease.version());
    terms(json, lease, lease.terms().issuedAt());
    int current = leased.secret().currentVersion();
    if (current > lease.version()) {
      json.field("superseded_by", current);
    }
    json.payload(leased.payload());
  }

  private static void lease(JsonWriter json, Leases.View view) {
    Lease lease = view.lease();
    json.field("id", lease.id().toString())
        .field("secret_id", lease.secret().toString())
        .field("version", lease.version())
        .field("state", view.state().word())
        .field("holder", lease.principal().toString());
    terms(json, lease, view.now());
  }

  private static void renewed(JsonWriter json, Leases.Renewed renewed) {
    Lease lease = renewed.lease();
    json.field("id", lease.id().toString())
        .field("secret_id", lease.secret().toString())
        .field("version", lease.version())
        .field("state", Lease.State.ACTIVE.word())
        .field("holder", lease.principal().toString());
    terms(json, lease, renewed.now());
    renewed.supersededBy().ifPresent(newer -> json.field("superseded_by", newer));
  }

  private static void terms(JsonWriter json, Lease lease, Instant now) {
    boolean renewable = lease.terms().expiresAt().isBefore(lease.terms().maxExpiresAt());
    json.field("issued_at", lease.terms().issuedAt())
        .field("expires_at", lease.terms().expiresAt())
        .field("max_expires_at", lease.terms().maxExpiresAt())
        .field("renewable", renewable);
    if (renewable) {
      json.field("renew_in_seconds", lease.terms().renewInSeconds(now));
    }
  }
}
