package io.hushbus.delivery;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * Lets so many at a time through to the database: after a restart all readers come back at once,
 * and must not take every connection. Those that wait are bounded by the number of streams.
 */
final class Gate {

  private final Loop loop;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private int free;

  Gate(Loop loop, int width) {
    this.loop = loop;
    this.free = width;
  }

  /** Starts {@code work} when there is room. Called on the loop, completes there. */
  <T> Future<T> pass(Supplier<Future<T>> work) {
    Promise<T> answer = Promise.promise();
    waiting.add(
        () ->
            loop.here(work.get())
                .onComplete(
                    done -> {
                      free++;
                      next();
                      answer.handle(done);
                    }));
    next();
    return answer.future();
  }

  private void next() {
    if (free > 0 && !waiting.isEmpty()) {
      free--;
      waiting.remove().run();
    }
  }
}
