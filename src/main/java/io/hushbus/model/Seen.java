package io.hushbus.model;

import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * What a caller saw of a thing before changing it ({@code If-Match}), so that nobody writes over
 * what somebody else has written meanwhile. Checked in the transaction of the change, by whoever
 * holds the thing's row.
 *
 * @param etag of the thing as it was seen; empty: the caller does not say
 */
public record Seen(Optional<Long> etag) {

  /** Whoever does not say what they saw changes whatever there is. */
  public static final Seen WHATEVER = new Seen(Optional.empty());

  /**
   * The thing as it is now.
   *
   * @throws Failure.PreconditionFailed if it is another one than the caller saw
   */
  public <T> T same(T now, ToLongFunction<T> etagOf) {
    check(Optional.of(etagOf.applyAsLong(now)));
    return now;
  }

  /** The same, with the etag of what there is, if there is anything. */
  public void check(Optional<Long> now) {
    if (etag.isPresent() && !etag.equals(now)) {
      throw Failure.preconditionFailed();
    }
  }
}
