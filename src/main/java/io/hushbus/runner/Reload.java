package io.hushbus.runner;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** How a child takes in a new value. */
public sealed interface Reload {

  /** It looks at its files, or asks the broker itself; nothing is done to it. */
  record Files() implements Reload {}

  /** It is sent a signal, and looks at its files then. */
  record Signal(String name) implements Reload {

    public Signal {
      if (Signals.number(name).isEmpty()) {
        throw new IllegalArgumentException("not a signal that can be sent: " + name);
      }
    }

    int number() {
      OptionalInt number = Signals.number(name);
      return number.orElseThrow();
    }
  }

  /**
   * It is ended and started anew.
   *
   * @param within how long that may take, by {@code max_delay}
   */
  record Restart(Optional<Duration> within) implements Reload {}

  /** It is ended, in its own time, and started anew. */
  Reload RESTART = new Restart(Optional.empty());

  /** Not as long as it runs. */
  record Never() implements Reload {}

  /**
   * From its word in the API: {@code callback}, {@code file}, {@code signal:NAME}, {@code restart},
   * {@code next-run}, {@code never}; or {@code none}, which is never.
   *
   * @throws IllegalArgumentException for another word, with a sentence
   */
  static Reload of(String word) {
    return switch (word) {
      case "callback", "file" -> new Files();
      case "restart" -> RESTART;
      case "next-run", "never", "none" -> new Never();
      default -> {
        if (!word.startsWith("signal:")) {
          throw new IllegalArgumentException(
              word
                  + " is no way to take in a new value: file, signal:NAME, restart, next-run or"
                  + " never");
        }
        yield new Signal(word.substring("signal:".length()));
      }
    };
  }
}
