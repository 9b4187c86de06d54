package io.hushbus.client;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for futures on threads that may block, no longer than what is asked can take. */
final class Waiting {

  /** A transport keeps its deadlines itself; this is for one that does not. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Duration longest;

  /**
   * @param longest what one request may take, with all its attempts
   */
  Waiting(Duration longest) {
    this.longest = longest;
  }

  <T> T on(Future<T> future) {
    return on(future, longest);
  }

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
