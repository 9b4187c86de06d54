package io.hushbus.http;

import io.hushbus.access.AccessPolicy;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Resource;
import io.hushbus.model.Scope;
import io.hushbus.tenant.Places;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.UUID;

/** From the scope that a request names to the right to do something there. */
final class Scopes {

  /** A scope, and the grant for the action that was asked for in it. */
  record Allowed(Grant grant, Scope scope) {}

  private static final String PROJECT = "project";

  private final Places places;
  private final AccessPolicy policy;

  Scopes(Places places, AccessPolicy policy) {
    this.places = places;
    this.policy = policy;
  }

  /** The scope in the query parameters project and domain. */
  Future<Allowed> inQuery(Call call, Action action, String kind) {
    return allowed(call, call.parameter("project"), call.parameter("domain"), action, kind);
  }

  /** The scope in the body's fields project and domain. */
  Future<Allowed> inBody(Call call, Action action, String kind) {
    return allowed(call, call.body().text("project"), call.body().text("domain"), action, kind)
        .recover(cause -> Future.failedFuture(inBody(cause)));
  }

  /** The scope in the body's object target. */
  Future<Allowed> inTarget(Call call, JsonObject target, Action action, String kind) {
    return allowed(
            call,
            Optional.ofNullable(target.getString("project")),
            Optional.ofNullable(target.getString("domain")),
            action,
            kind)
        .recover(cause -> Future.failedFuture(inBody(cause)))
        .recover(
            cause ->
                Future.failedFuture(
                    cause instanceof Failure failure ? failure.at("/target") : cause));
  }

  /** The project in the path. */
  Future<Allowed> projectInPath(Call call, Action action, String kind) {
    return allowed(call, Optional.of(call.path(PROJECT)), Optional.empty(), action, kind)
        .recover(
            cause ->
                Future.failedFuture(
                    cause instanceof Failure.Invalid ? Failure.missing(PROJECT) : cause));
  }

  /** The project in the query, for things that have no domain. */
  Future<Allowed> projectInQuery(Call call, Action action, String kind) {
    return allowed(call, call.parameter("project"), Optional.empty(), action, kind);
  }

  /** The project in the body, for things that have no domain. */
  Future<Allowed> projectInBody(Call call, Action action, String kind) {
    return allowed(call, call.body().text("project"), Optional.empty(), action, kind)
        .recover(cause -> Future.failedFuture(inBody(cause)));
  }

  /**
   * The project that the query names, if it names one. Whoever may not see it is told the same as
   * if there were none.
   */
  Future<Optional<UUID>> project(Call call) {
    return places
        .scope(
            call.caller().tenant(),
            call.parameter("project").map(ObjectName::new),
            Optional.empty())
        .recover(cause -> Future.failedFuture(unknown(call, cause, PROJECT)))
        .map(scope -> seen(call, scope.inProject().map(Scope.Place::id)));
  }

  /** The same with the domain that the query names, if it names one. */
  Future<Scope> filter(Call call) {
    return places
        .scope(
            call.caller().tenant(),
            call.parameter(PROJECT).map(ObjectName::new),
            call.parameter("domain").map(ObjectName::new))
        .recover(cause -> Future.failedFuture(unknown(call, cause, PROJECT)))
        .map(
            scope -> {
              seen(call, scope.inProject().map(Scope.Place::id));
              return scope;
            });
  }

  /**
   * The scope that the body names, for a filter. Whoever may not see its project is told the same
   * as if there were none.
   */
  Future<Scope> seenInBody(Call call) {
    return places
        .scope(
            call.caller().tenant(),
            call.body().text("project").map(ObjectName::new),
            call.body().text("domain").map(ObjectName::new))
        .recover(cause -> Future.failedFuture(inBody(unknown(call, cause, PROJECT))))
        .map(
            scope -> {
              seen(call, scope.inProject().map(Scope.Place::id));
              return scope;
            });
  }

  private Optional<UUID> seen(Call call, Optional<UUID> project) {
    if (project.isPresent() && !policy.may(call.caller(), Action.PROJECT_READ, project)) {
      throw Failure.missing(PROJECT);
    }
    return project;
  }

  /** The scope of these names; a name that is unknown is a failure of the query's. */
  Future<Allowed> named(
      Call call,
      Optional<ObjectName> project,
      Optional<ObjectName> domain,
      Action action,
      String kind) {
    return places
        .scope(call.caller().tenant(), project, domain)
        .recover(cause -> Future.failedFuture(unknown(call, cause, kind)))
        .compose(
            scope ->
                policy
                    .require(call.caller(), action, Resource.in(scope, kind), call.context())
                    .map(grant -> new Allowed(grant, scope)));
  }

  private Future<Allowed> allowed(
      Call call, Optional<String> project, Optional<String> domain, Action action, String kind) {
    return named(call, project.map(ObjectName::new), domain.map(ObjectName::new), action, kind);
  }

  /**
   * Only who may list the projects of the tenant is told that one does not exist: to others it
   * looks like one they may not see.
   */
  private Failure unknown(Call call, Throwable cause, String kind) {
    if (!(cause instanceof Failure failure)) {
      throw new IllegalStateException("places fail with failures only", cause);
    }
    boolean mayKnow = policy.may(call.caller(), Action.PROJECT_READ, Optional.empty());
    return failure instanceof Failure.Invalid && !mayKnow ? Failure.missing(kind) : failure;
  }

  private static Throwable inBody(Throwable cause) {
    return cause instanceof Failure.Invalid invalid
        ? Failure.invalid(
            invalid.fields().stream()
                .map(field -> new Failure.Field(field.pointer().replace('?', '/'), field.code()))
                .toList())
        : cause;
  }
}
