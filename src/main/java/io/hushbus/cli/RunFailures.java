package io.hushbus.cli;

import io.hushbus.runner.Unmet;
import io.hushbus.runner.UnreadableFile;
import java.util.stream.Collectors;

/** What keeps a program from being run, as people read it. */
final class RunFailures {

  private RunFailures() {}

  /** All that is missing, a line each. */
  static CommandFailure of(Unmet unmet, String therefore) {
    String lines =
        unmet.reasons().stream()
            .map(reason -> "\n  " + Visible.text(reason.toString()))
            .collect(Collectors.joining());
    return new CommandFailure(
        Exit.NOT_FOUND, "%s: %s%s".formatted(therefore, unmet.getMessage(), lines));
  }

  static CommandFailure of(UnreadableFile unreadable) {
    return new CommandFailure(Exit.USAGE, Visible.text(String.valueOf(unreadable.getMessage())));
  }
}
