package io.hushbus.http;

import io.vertx.core.Future;

/** One operation of the contract: takes a checked call, gives an answer or a failure. */
@FunctionalInterface
public interface Endpoint {

  /**
   * Never throws for an expected failure that it can return, but one that is thrown is answered the
   * same way.
   */
  Future<Answer> handle(Call call);
}
