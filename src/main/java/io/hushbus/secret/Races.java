package io.hushbus.secret;

import io.hushbus.model.Failure;
import io.vertx.core.Future;
import java.util.function.Supplier;

/** What becomes of a change that another one has overtaken. */
final class Races {

  private static final int ATTEMPTS = 3;

  private Races() {}

  /**
   * Tries from the start again, three times in all, whenever somebody else was faster; what fails
   * for another reason stays failed.
   */
  static <T> Future<T> retried(Supplier<Future<T>> once) {
    return attempt(1, once);
  }

  private static <T> Future<T> attempt(int number, Supplier<Future<T>> once) {
    return once.get()
        .recover(
            cause ->
                number < ATTEMPTS && lost(cause)
                    ? attempt(number + 1, once)
                    : Future.failedFuture(cause));
  }

  private static boolean lost(Throwable cause) {
    return cause instanceof Failure failure
        && failure.asConflict(Failure.Reason.CONCURRENT_CHANGE).isPresent();
  }
}
