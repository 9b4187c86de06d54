package io.hushbus.http;

import io.hushbus.access.AccessPolicy;
import io.hushbus.lease.EnvironmentPlan;
import io.hushbus.lease.Environments;
import io.hushbus.lease.Exposure;
import io.hushbus.lease.HolderKey;
import io.hushbus.lease.Lease;
import io.hushbus.lease.LeaseAsk;
import io.hushbus.lease.LeaseGrants;
import io.hushbus.lease.LeasedSecret;
import io.hushbus.lease.Placement;
import io.hushbus.lease.Runs;
import io.hushbus.lease.SealedLeases;
import io.hushbus.model.Action;
import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Principal;
import io.hushbus.model.RunId;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Granting of leases: of named secrets or of a whole environment, for a run or for the caller, in
 * the clear or sealed to the holder's key.
 */
final class GrantEndpoint {

  private static final String KEY = "/sealed_to";

  /** From where, by which right and for whom; and the key that was fixed for the run. */
  private record At(Grant grant, Scope scope, Optional<RunId> run, Optional<HolderKey> key) {}

  /** What was asked for, and for an environment, where it goes. */
  private record Wanted(List<LeaseAsk.Wanted> secrets, Optional<EnvironmentPlan> plan) {}

  private final Scopes scopes;
  private final AccessPolicy policy;
  private final LeaseGrants grants;
  private final Runs runs;
  private final SealedLeases sealing;
  private final Environments environments;

  GrantEndpoint(
      Scopes scopes, AccessPolicy policy, Api.Leasing leasing, Environments environments) {
    this.scopes = scopes;
    this.policy = policy;
    this.grants = leasing.grants();
    this.runs = leasing.runs();
    this.sealing = leasing.sealing();
    this.environments = environments;
  }

  Map<String, Endpoint> byOperation() {
    return Map.of("grantLeases", this::grant);
  }

  private Future<Answer> grant(Call call) {
    Optional<List<LeaseAsk.Wanted>> named =
        Optional.ofNullable(call.body().json().getJsonArray("secrets")).map(GrantEndpoint::wanted);
    Optional<ObjectName> environment = call.body().text("environment").map(ObjectName::new);
    if (named.isPresent() && environment.isPresent()) {
      throw Failure.invalid("/secrets", Failure.Code.NOT_ALLOWED);
    }
    Optional<Duration> ttl = LeaseEndpoints.duration(call, "ttl");
    Optional<Duration> least = LeaseEndpoints.duration(call, "min_valid_for");
    return run(call)
        .map(run -> ofRun(call, run, named, environment, ttl, least))
        .orElseGet(() -> ofCaller(call, named, environment, ttl, least));
  }

  private Future<Answer> ofCaller(
      Call call,
      Optional<List<LeaseAsk.Wanted>> named,
      Optional<ObjectName> environment,
      Optional<Duration> ttl,
      Optional<Duration> least) {
    return scopes
        .inBody(call, Action.LEASE_GRANT, "secret")
        .compose(
            at ->
                sealing
                    .key(KEY, call.body().text("sealed_to"))
                    .map(key -> new At(at.grant(), at.scope(), Optional.empty(), key)))
        .compose(at -> granted(call, at, wanted(at, named, environment), ttl, least));
  }

  /** The run that the body names, or that calls itself. */
  private static Optional<RunId> run(Call call) {
    Principal caller = call.caller().principal();
    return call.body()
        .text("run")
        .map(UUID::fromString)
        .or(() -> Optional.of(caller.id()).filter(id -> caller.kind() == Principal.Kind.RUN))
        .map(RunId::new);
  }

  /** In the scope of the run, whatever else could be said of one; else all of its environment. */
  private Future<Answer> ofRun(
      Call call,
      RunId run,
      Optional<List<LeaseAsk.Wanted>> named,
      Optional<ObjectName> environment,
      Optional<Duration> ttl,
      Optional<Duration> least) {
    for (String field : List.of("project", "domain")) {
      if (call.body().text(field).isPresent()) {
        throw Failure.invalid("/" + field, Failure.Code.NOT_ALLOWED);
      }
    }
    return runs.locate(call.caller().tenant(), run, call.caller().principal())
        .compose(
            located ->
                at(call, run, located)
                    .compose(
                        at ->
                            granted(
                                call,
                                at,
                                wanted(at, named, environment.or(located::environment)),
                                ttl,
                                least)));
  }

  private Future<At> at(Call call, RunId run, Runs.Located located) {
    return policy
        .require(
            call.caller(), Action.LEASE_GRANT, located.resource(), located.holder(), call.context())
        .compose(
            grant ->
                sealing
                    .key(KEY, located.delivery(), call.body().text("sealed_to"))
                    .map(key -> new At(grant, located.scope(), Optional.of(run), key)));
  }

  private Future<Wanted> wanted(
      At at, Optional<List<LeaseAsk.Wanted>> named, Optional<ObjectName> environment) {
    if (named.isPresent()) {
      return Future.succeededFuture(new Wanted(named.get(), Optional.empty()));
    }
    return environment
        .map(name -> environments.plan(at.grant(), at.scope(), name))
        .orElseGet(
            () -> Future.failedFuture(Failure.invalid("/secrets", Failure.Code.MISSING_FIELD)))
        .map(plan -> new Wanted(plan.wanted(), Optional.of(plan)));
  }

  private Future<Answer> granted(
      Call call, At at, Future<Wanted> asked, Optional<Duration> ttl, Optional<Duration> least) {
    call.mayShow(at.key().isPresent());
    return asked.compose(
        wanted ->
            granted(at, new LeaseAsk(at.scope(), wanted.secrets(), ttl, least, at.run()))
                .compose(granted -> answer(call, at, wanted.plan(), granted)));
  }

  private Future<LeaseGrants.Granted> granted(At at, LeaseAsk ask) {
    Grant grant = at.grant();
    if (at.run().isPresent()) {
      return grants.grantRun(grant, ask);
    }
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
              new SecretName(one.getString("secret")), entries(one), false, Lease.Need.NONE));
    }
    return wanted;
  }

  private static List<EntryName> entries(JsonObject wanted) {
    Stream<Object> keys = wanted.getJsonArray("keys", new JsonArray()).stream();
    return Stream.concat(Stream.ofNullable(wanted.getString("key")), keys)
        .map(key -> new EntryName((String) key))
        .distinct()
        .toList();
  }

  /** Writes the values into the answer and closes them, whatever happens. */
  private Future<Answer> answer(
      Call call, At at, Optional<EnvironmentPlan> plan, LeaseGrants.Granted granted) {
    Optional<Exposure> exposure = plan.map(environment -> environment.of(granted.leases()));
    int status = granted.replayed() ? 200 : 201;
    return sealing
        .deliver(call.caller().tenant(), at.key(), granted.leases())
        .map(delivered -> answer(status, plan, exposure, delivered));
  }

  private static Answer answer(
      int status,
      Optional<EnvironmentPlan> plan,
      Optional<Exposure> exposure,
      List<SealedLeases.Delivered> delivered) {
    try {
      return Answer.json(
          status,
          json -> {
            json.array("leases", delivered, LeaseEndpoints::leased);
            plan.ifPresent(
                one ->
                    json.object(
                        "environment",
                        inner -> {
                          NeedsJson.named(inner, one.environment());
                          inner.field("revision", one.environment().revision());
                        }));
            exposure.ifPresent(found -> exposure(json, found));
          });
    } finally {
      delivered.stream().map(SealedLeases.Delivered::leased).forEach(LeasedSecret::close);
    }
  }

  private static void exposure(JsonWriter json, Exposure exposure) {
    json.array("env", exposure.variables(), GrantEndpoint::placed)
        .array("files", exposure.files(), GrantEndpoint::placed)
        .array(
            "missing",
            exposure.missing(),
            (inner, need) -> {
              inner.field("secret", need.secret().text());
              need.key().ifPresent(key -> inner.field("key", key.text()));
            })
        .array("refused", exposure.refused(), GrantEndpoint::refused);
  }

  private static void placed(JsonWriter json, Exposure.Placed placed) {
    json.field("name", placed.name())
        .field("lease", placed.lease().toString())
        .field("key", placed.entry().text());
  }

  private static void refused(JsonWriter json, Exposure.Refused refused) {
    json.field("secret", refused.need().secret().text());
    refused.need().key().ifPresent(key -> json.field("key", key.text()));
    json.field("outcome", refused.placement().outcome().word())
        .field("reason", refused.placement().reason().map(Placement.Reason::word));
  }
}
