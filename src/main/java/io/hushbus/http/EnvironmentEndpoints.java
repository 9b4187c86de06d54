package io.hushbus.http;

import io.hushbus.access.AccessPolicy;
import io.hushbus.lease.Environment;
import io.hushbus.lease.Environments;
import io.hushbus.lease.Need;
import io.hushbus.lease.NeedFields;
import io.hushbus.lease.Resolution;
import io.hushbus.lease.Resolutions;
import io.hushbus.model.Action;
import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Scope;
import io.hushbus.secret.Sight;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The operations on {@code /environments}, and {@code /resolutions}. No answer here has values. */
final class EnvironmentEndpoints {

  private static final String KIND = "environment";
  private static final String NEEDS = "/secrets";

  /** What is to be explained: an environment, or needs without one. */
  private record Asked(Optional<Environment> environment, List<Need> needs) {}

  private final Scopes scopes;
  private final AccessPolicy policy;
  private final Environments environments;
  private final Resolutions resolutions;

  EnvironmentEndpoints(Scopes scopes, AccessPolicy policy, Api.Needs needs) {
    this.scopes = scopes;
    this.policy = policy;
    this.environments = needs.environments();
    this.resolutions = needs.resolutions();
  }

  Map<String, Endpoint> byOperation() {
    return Map.of(
        "listEnvironments", this::list,
        "getEnvironment", this::get,
        "putEnvironment", this::put,
        "deleteEnvironment", this::delete,
        "bindVariable", this::bind,
        "resolveNeeds", this::resolve);
  }

  private Future<Answer> list(Call call) {
    return scopes
        .inQuery(call, Action.ENVIRONMENT_READ, KIND)
        .compose(
            at ->
                environments.list(
                    at.grant(),
                    at.scope(),
                    call.flag("inherited"),
                    PageTokens.text(call).orElse(""),
                    call.pageSize()))
        .map(
            page ->
                TenancyEndpoints.page(
                    call,
                    "environments",
                    page,
                    NeedsJson::environment,
                    environment -> environment.name().folded()));
  }

  private Future<Answer> get(Call call) {
    return scopes
        .inQuery(call, Action.ENVIRONMENT_READ, KIND)
        .compose(at -> environments.get(at.grant(), at.scope(), name(call), call.flag("inherited")))
        .map(found -> unlessKnown(call, found));
  }

  private static Answer unlessKnown(Call call, Environment found) {
    long revision = found.revision();
    boolean known = call.preconditions().ifNoneMatch().filter(tag -> tag == revision).isPresent();
    return known
        ? Answer.unchanged(revision)
        : Answer.ok(json -> NeedsJson.environment(json, found)).etag(revision);
  }

  private Future<Answer> put(Call call) {
    List<Need> needs = NeedFields.read(NEEDS, call.body().json().getJsonArray("secrets"));
    String description = call.body().text("description").orElse("");
    return scopes
        .inQuery(call, Action.ENVIRONMENT_CHANGE, KIND)
        .compose(
            at ->
                environments.put(
                    at.grant(),
                    at.scope(),
                    name(call),
                    description,
                    needs,
                    SecretEndpoints.when(call)))
        .map(EnvironmentEndpoints::written);
  }

  /** One secret in the variable of the path. */
  private Future<Answer> bind(Call call) {
    JsonObject fields = call.body().json().copy().put("as_env_var", call.path("variable"));
    Need need = NeedFields.read(fields);
    return scopes
        .inQuery(call, Action.ENVIRONMENT_CHANGE, KIND)
        .compose(
            at ->
                environments.bind(
                    at.grant(), at.scope(), name(call), need, SecretEndpoints.when(call)))
        .map(EnvironmentEndpoints::written);
  }

  private static Answer written(Environments.Put put) {
    Environment environment = put.environment();
    Answer.Complete answer =
        put.created()
            ? Answer.created(path(environment), json -> NeedsJson.environment(json, environment))
            : Answer.ok(json -> NeedsJson.environment(json, environment));
    return answer.etag(environment.revision());
  }

  private static String path(Environment environment) {
    StringBuilder path = new StringBuilder("/api/v1/environments/").append(environment.name());
    char separator = '?';
    for (var part : SecretEndpoints.scope(environment.scope()).entrySet()) {
      path.append(separator).append(part.getKey()).append('=').append(part.getValue());
      separator = '&';
    }
    return path.toString();
  }

  private Future<Answer> delete(Call call) {
    return scopes
        .inQuery(call, Action.ENVIRONMENT_CHANGE, KIND)
        .compose(
            at ->
                environments.delete(at.grant(), at.scope(), name(call), SecretEndpoints.when(call)))
        .map(gone -> Answer.nothing());
  }

  private Future<Answer> resolve(Call call) {
    Optional<ObjectName> environment = call.body().text("environment").map(ObjectName::new);
    Optional<JsonArray> fields = Optional.ofNullable(call.body().json().getJsonArray("secrets"));
    if (environment.isPresent() == fields.isPresent()) {
      throw environment.isPresent()
          ? Failure.invalid(NEEDS, Failure.Code.NOT_ALLOWED)
          : Failure.invalid("/environment", Failure.Code.MISSING_FIELD);
    }
    Optional<List<Need>> needs = fields.map(array -> NeedFields.read(NEEDS, array));
    return scopes
        .inBody(call, Action.RESOLVE, KIND)
        .compose(
            at ->
                asked(at, environment, needs)
                    .compose(
                        asked ->
                            resolutions
                                .of(
                                    at.grant(),
                                    at.scope(),
                                    asked.needs(),
                                    found -> view(call.caller(), found))
                                .map(resolution -> answer(asked, resolution))));
  }

  private Future<Asked> asked(
      Scopes.Allowed at, Optional<ObjectName> name, Optional<List<Need>> needs) {
    return needs
        .map(all -> Future.succeededFuture(new Asked(Optional.empty(), all)))
        .orElseGet(
            () ->
                environments
                    .seenFrom(at.grant().tenant(), at.scope(), name.orElseThrow())
                    .map(found -> new Asked(Optional.of(found), found.needs())));
  }

  /** Where it was found decides, as for a list of secrets there. */
  private Resolution.View view(Caller caller, Sight.Found found) {
    Optional<UUID> project = found.place().inProject().map(Scope.Place::id);
    if (policy.may(caller, Action.SECRET_READ_METADATA, project)) {
      return Resolution.View.SEEN;
    }
    return policy.may(caller, Action.SECRET_LIST, project)
        ? Resolution.View.LISTED
        : Resolution.View.HIDDEN;
  }

  private static Answer answer(Asked asked, Resolution resolution) {
    return Answer.ok(
        json -> {
          asked
              .environment()
              .ifPresent(
                  found ->
                      json.object(
                          "environment",
                          inner -> {
                            NeedsJson.named(inner, found);
                            inner.field("revision", found.revision());
                          }));
          json.array("needs", resolution.needs(), NeedsJson::resolved).field("ok", resolution.ok());
        });
  }

  private static ObjectName name(Call call) {
    return new ObjectName(call.path("name"));
  }
}
