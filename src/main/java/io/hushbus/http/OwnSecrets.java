package io.hushbus.http;

import io.hushbus.access.AccessPolicy;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Resource;
import io.hushbus.model.SecretName;
import io.hushbus.secret.Adoptions;
import io.vertx.core.Future;

/**
 * What may be done to a project's own secrets only. One that it has adopted is seen there, so that
 * the answer is a refusal, on record like any other, and not that there is none.
 */
record OwnSecrets(AccessPolicy policy, Adoptions adoptions) {

  /** The outcome of {@code action} on the secret {@code name}, told as it is to be told. */
  <T> Future<T> only(
      Call call, Scopes.Allowed at, SecretName name, Action action, Future<T> outcome) {
    return outcome.recover(
        cause ->
            cause instanceof Failure.Missing
                ? adoptions
                    .has(at.grant(), at.scope(), name)
                    .compose(
                        adopted -> adopted ? refused(call, at, action) : Future.failedFuture(cause))
                : Future.failedFuture(cause));
  }

  private <T> Future<T> refused(Call call, Scopes.Allowed at, Action action) {
    return policy.refuse(call.caller(), action, Resource.in(at.scope(), "secret"), call.context());
  }
}
