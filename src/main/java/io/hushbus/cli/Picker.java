package io.hushbus.cli;

import java.util.List;
import java.util.stream.IntStream;

/** Asks a person for one of several things, or for a line. Never where nobody can answer. */
final class Picker {

  private static final int SHOWN = 50;

  private Picker() {}

  /**
   * One line.
   *
   * @param instead what to give on the command line, where there is no terminal
   */
  static String ask(Session session, String question, String instead) {
    String answer = keyboard(session, question, instead).line(question + ": ").strip();
    if (answer.isEmpty()) {
      throw new CommandFailure(Exit.USAGE, "nothing was typed: nothing was changed");
    }
    return answer;
  }

  /**
   * The index of one of the choices, by its number or its text.
   *
   * @param choices at most fifty are shown; others are named
   */
  static int pick(Session session, String question, List<String> choices, String instead) {
    Keyboard keyboard = keyboard(session, question, instead);
    IntStream.range(0, Math.min(SHOWN, choices.size()))
        .forEach(
            at -> session.around().err().println((at + 1) + ") " + Visible.text(choices.get(at))));
    if (choices.size() > SHOWN) {
      session.around().err().println("… and " + (choices.size() - SHOWN) + " more, by name");
    }
    String answer = keyboard.line(question + " (number or name): ").strip();
    int named = choices.indexOf(answer);
    int chosen = named >= 0 ? named : number(answer) - 1;
    if (chosen < 0 || chosen >= choices.size()) {
      throw new CommandFailure(Exit.USAGE, "that is none of them: nothing was changed");
    }
    return chosen;
  }

  private static int number(String answer) {
    return answer.matches("[0-9]{1,6}") ? Integer.parseInt(answer) : 0;
  }

  private static Keyboard keyboard(Session session, String question, String instead) {
    return session
        .around()
        .keyboard()
        .orElseThrow(
            () ->
                new CommandFailure(
                    Exit.USAGE, question + "? There is no terminal to ask at: give " + instead));
  }
}
