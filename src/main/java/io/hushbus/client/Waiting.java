package io.hushbus.client;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for a future on a thread that may block. */
final class Waiting {

  /** A transport keeps its deadlines itself; this is for one that does not. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private Waiting() {}

  /**
   * @throws RuntimeException what the future fails with, as it is
   */
  static <T> T on(Future<T> future, Duration deadline) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(deadline.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof RuntimeException known
          ? known
          : new IllegalStateException("a call fails with what is unchecked alone", failed);
    } catch (TimeoutException late) {
      throw new Unreachable("no answer in time");
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new Unreachable("interrupted");
    }
  }
}
