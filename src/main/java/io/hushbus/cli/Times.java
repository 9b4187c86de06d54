package io.hushbus.cli;

import io.hushbus.model.Failure;
import io.hushbus.model.Ttl;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lengths of time as options have them: {@code 90s}, {@code 15m}, {@code 6h}. */
final class Times {

  private Times() {}

  /**
   * @throws CommandFailure if it is none
   */
  static Duration of(String option, String text) {
    try {
      return Ttl.parse(text);
    } catch (Failure.Invalid malformed) {
      throw new CommandFailure(Exit.USAGE, option + " is a length of time, such as 90s or 15m");
    }
  }

  static Optional<Duration> optional(String option, @Nullable String text) {
    return Optional.ofNullable(text).map(given -> of(option, given));
  }
}
