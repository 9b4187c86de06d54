package io.hushbus.http;

import io.hushbus.model.Action;
import io.hushbus.secret.SecretChanges;
import io.hushbus.secret.SecretRemovals;
import io.hushbus.secret.Secrets;
import io.vertx.core.Future;
import java.util.Map;

/** The operations on {@code /secrets/{name}/versions}. */
final class VersionEndpoints {

  private final Scopes scopes;
  private final Secrets secrets;
  private final SecretChanges changes;
  private final SecretRemovals removals;
  private final OwnSecrets own;

  VersionEndpoints(Scopes scopes, Api.Holdings holdings, OwnSecrets own) {
    this.scopes = scopes;
    this.secrets = holdings.secrets();
    this.changes = holdings.changes();
    this.removals = holdings.removals();
    this.own = own;
  }

  Map<String, Endpoint> byOperation() {
    return Map.of(
        "listVersions", this::list,
        "getVersion", this::get,
        "restoreVersion", this::restore,
        "destroyVersion", this::destroy);
  }

  private Future<Answer> list(Call call) {
    return scopes
        .inQuery(call, Action.SECRET_READ_METADATA, SecretEndpoints.KIND)
        .compose(
            at ->
                secrets.versions(
                    at.grant(),
                    at.scope(),
                    SecretEndpoints.name(call),
                    before(call),
                    call.pageSize()))
        .map(
            page ->
                TenancyEndpoints.page(
                    call,
                    "versions",
                    page,
                    SecretEndpoints::version,
                    version -> Integer.toString(version.number())));
  }

  private static long before(Call call) {
    return PageTokens.number(call).orElse(Long.MAX_VALUE);
  }

  private Future<Answer> get(Call call) {
    return scopes
        .inQuery(call, Action.SECRET_READ_METADATA, SecretEndpoints.KIND)
        .compose(
            at -> secrets.version(at.grant(), at.scope(), SecretEndpoints.name(call), number(call)))
        .map(one -> Answer.ok(json -> SecretEndpoints.version(json, one)));
  }

  private Future<Answer> restore(Call call) {
    return scopes
        .inQuery(call, Action.SECRET_CHANGE, SecretEndpoints.KIND)
        .compose(
            at ->
                own.only(
                    call,
                    at,
                    SecretEndpoints.name(call),
                    Action.SECRET_CHANGE,
                    changes.restore(
                        at.grant(),
                        at.scope(),
                        SecretEndpoints.name(call),
                        number(call),
                        SecretEndpoints.when(call))))
        .map(SecretEndpoints::current);
  }

  private Future<Answer> destroy(Call call) {
    return scopes
        .inQuery(call, Action.SECRET_DESTROY, SecretEndpoints.KIND)
        .compose(
            at ->
                own.only(
                    call,
                    at,
                    SecretEndpoints.name(call),
                    Action.SECRET_DESTROY,
                    removals.destroy(
                        at.grant(), at.scope(), SecretEndpoints.name(call), number(call))))
        .map(version -> Answer.nothing());
  }

  private static int number(Call call) {
    return Integer.parseInt(call.path("version"));
  }
}
