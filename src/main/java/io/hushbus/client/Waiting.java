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

  /** What is said in leaving is waited for so long. */
  private static final Duration LAST_WORD = Duration.ofSeconds(2);

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
    return within(deadline.plus(GRACE), future);
  }

  /**
   * Waits a little for a last word, which goes on being said afterwards. A broker that is away is
   * no failure of who leaves: what it keeps ends by its time.
   */
  static void briefly(Future<?> word) {
    try {
      within(LAST_WORD, word);
    } catch (Unreachable late) {
      // as said
    }
  }

  private static <T> T within(Duration longest, Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(longest.toMillis(), TimeUnit.MILLISECONDS);
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
