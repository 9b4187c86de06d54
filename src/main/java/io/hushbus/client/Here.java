package io.hushbus.client;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where what the threads of a client do is brought to. */
enum Here {
  /** The Vert.x context of the caller, if it has one. */
  CALLER,
  /** Nowhere else: for callers that wait, and so never load what a context needs. */
  ANYWHERE;

  private @Nullable Context context() {
    return this == CALLER ? Vertx.currentContext() : null;
  }

  /** The same future, completed there. */
  <T> Future<T> of(Future<T> future) {
    Context context = context();
    return context == null
        ? future
        : Future.fromCompletionStage(future.toCompletionStage(), context);
  }

  /** The same rotation, called there. */
  Rotation of(Rotation rotation) {
    Context context = context();
    return context == null ? rotation : newer -> on(context, () -> rotation.taken(newer));
  }

  private static Future<Void> on(Context context, Supplier<Future<Void>> work) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        go -> Future.succeededFuture().compose(now -> work.get()).onComplete(done));
    return done.future();
  }
}
