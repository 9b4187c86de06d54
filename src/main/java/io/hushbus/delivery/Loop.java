package io.hushbus.delivery;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.function.Supplier;

/** The one event loop on which all state of the streams lives, so that none of it needs a lock. */
final class Loop {

  private final ContextInternal context;

  Loop(Vertx vertx) {
    this.context = ((VertxInternal) vertx).createEventLoopContext();
  }

  /** Runs {@code work} here, soon, from any thread. */
  void run(Runnable work) {
    context.runOnContext(turn -> work.run());
  }

  /** Runs {@code work} here and answers on the caller's context. */
  <T> Future<T> call(Supplier<Future<T>> work) {
    Promise<T> answer = context.owner().getOrCreateContext().promise();
    context.runOnContext(turn -> work.get().onComplete(answer));
    return answer.future();
  }

  /** The same future, completing here. */
  <T> Future<T> here(Future<T> future) {
    Promise<T> answer = context.promise();
    future.onComplete(answer);
    return answer.future();
  }

  /** Runs {@code work} here once, after {@code delay}; the id is for {@link #cancel}. */
  long after(Duration delay, Runnable work) {
    return context.owner().setTimer(Math.max(1, delay.toMillis()), due -> run(work));
  }

  /** Runs {@code work} here again and again; the id is for {@link #cancel}. */
  long every(Duration pace, Runnable work) {
    return context.owner().setPeriodic(Math.max(1, pace.toMillis()), due -> run(work));
  }

  void cancel(long timer) {
    context.owner().cancelTimer(timer);
  }
}
