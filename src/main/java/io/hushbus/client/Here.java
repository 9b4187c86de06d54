package io.hushbus.client;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Brings what the threads of a client do to the Vert.x context of the caller, if it has one. */
final class Here {

  private Here() {}

  /** The same future, completed on the caller's context. */
  static <T> Future<T> of(Future<T> future) {
    Context context = Vertx.currentContext();
    return context == null
        ? future
        : Future.fromCompletionStage(future.toCompletionStage(), context);
  }

  /** The same rotation, called on the caller's context. */
  static Rotation of(Rotation rotation) {
    Context context = Vertx.currentContext();
    return newer -> on(context, () -> rotation.taken(newer));
  }

  /** Does something on a context, or here if there is none. */
  private static Future<Void> on(@Nullable Context context, Supplier<Future<Void>> work) {
    if (context == null) {
      return work.get();
    }
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        go -> Future.succeededFuture().compose(now -> work.get()).onComplete(done));
    return done.future();
  }
}
