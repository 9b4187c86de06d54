package io.hushbus.delivery;

import java.util.Locale;
import java.util.Optional;

/**
 * What came of one call.
 *
 * @param status the word for it, which holds nothing of the other side but the number it answered
 * @param retryAfter what it asked for, as it came
 */
record Post(Result result, String status, Optional<String> retryAfter) {

  /** Whether it was taken. */
  enum Result {
    DELIVERED,
    REFUSED,
    /** The endpoint wants nothing more, ever: 410. */
    GONE,
    /** It was not tried: this node has too much to do. */
    NOT_TRIED;

    /** The word for metrics. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Post answered(int status, Optional<String> retryAfter) {
    Result result =
        status >= 200 && status < 300
            ? Result.DELIVERED
            : status == 410 ? Result.GONE : Result.REFUSED;
    return new Post(result, "http_" + status, retryAfter);
  }

  static Post of(Result result, String status) {
    return new Post(result, status, Optional.empty());
  }
}
