package io.hushbus.lease;

import io.hushbus.model.Failure;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a task takes in a new value: told itself, by a file that changes, by a signal, by being
 * started again, with its next run, or never.
 *
 * @param word as in the API and the database: {@code callback}, {@code file}, {@code signal:NAME},
 *     {@code restart}, {@code next-run}, {@code never}
 */
public record Reload(String word) {

  private static final String SIGNAL = "signal:";
  private static final Pattern RULE =
      Pattern.compile(
          "callback|file|restart|next-run|never|"
              + SIGNAL
              + "(HUP|INT|QUIT|USR1|USR2|TERM|CONT|WINCH)");

  /** The usual one for a file that is mounted. */
  public static final Reload FILE = new Reload("file");

  /** The usual one for a variable, which a running process cannot be given anew. */
  public static final Reload RESTART = new Reload("restart");

  /** Refuses any other word. */
  public Reload {
    if (!RULE.matcher(word).matches()) {
      throw Failure.invalid("", Failure.Code.NOT_ALLOWED);
    }
  }

  /** The signal that is sent, such as {@code HUP}. */
  public Optional<String> signal() {
    return word.startsWith(SIGNAL)
        ? Optional.of(word.substring(SIGNAL.length()))
        : Optional.empty();
  }

  /** Whether a task that runs can take a new value in at all. */
  public boolean whileRunning() {
    return !word.equals("next-run") && !word.equals("never");
  }

  @Override
  public String toString() {
    return word;
  }
}
