package io.hushbus.cli;

/** A person at a terminal who can be asked. Questions go to the terminal, not to the data. */
interface Keyboard {

  /** One line; empty at the end of input. */
  String line(String question);

  /** One line that is not shown as it is typed; the caller wipes it. Empty at the end of input. */
  char[] hidden(String question);
}
