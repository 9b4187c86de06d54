package io.hushbus.tenant;

import io.hushbus.db.UniqueViolation;
import io.hushbus.model.Failure;
import io.vertx.core.Future;
import java.util.function.Supplier;

/** What the stores make of a unique constraint that another row holds. */
final class Stores {

  private Stores() {}

  /** {@code written}, with a violation of {@code constraint} turned into {@code failure}. */
  static <T> Future<T> unique(Future<T> written, String constraint, Supplier<Failure> failure) {
    return written.recover(
        cause ->
            Future.failedFuture(
                cause instanceof UniqueViolation violation
                        && violation.constraint().equals(constraint)
                    ? failure.get()
                    : cause));
  }
}
