package io.hushbus.cli;

import java.util.Locale;
import picocli.CommandLine.Option;

/** Asks before something is done that cannot be undone at once. */
final class Confirmation {

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  /**
   * @throws CommandFailure if the answer is no, or there is nobody to ask
   */
  void ask(Session session, String question) {
    if (yes) {
      return;
    }
    Keyboard keyboard =
        session
            .around()
            .keyboard()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        Exit.USAGE, question + " There is no terminal to ask at: give --yes"));
    String answer =
        keyboard.line(Visible.text(question) + " [y/N] ").strip().toLowerCase(Locale.ROOT);
    if (!answer.equals("y") && !answer.equals("yes")) {
      throw new CommandFailure(Exit.GENERAL, "nothing was changed");
    }
  }
}
