package io.hushbus.http;

import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.RequestContext;
import io.vertx.core.Future;

/** Finds out who is calling; implemented by what knows tokens and keys. */
@FunctionalInterface
public interface Callers {

  /**
   * The caller that the value of the {@code Authorization} header stands for.
   *
   * @return fails with {@link Failure.Unauthenticated}, whatever was wrong with the credentials
   */
  Future<Caller> authenticate(String authorizationHeader, RequestContext context);
}
