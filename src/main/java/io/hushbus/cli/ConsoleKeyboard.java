package io.hushbus.cli;

import java.io.Console;

/** The terminal of this process. */
record ConsoleKeyboard(Console console) implements Keyboard {

  @Override
  public String line(String question) {
    String line = console.readLine("%s", question);
    return line == null ? "" : line;
  }

  @Override
  public char[] hidden(String question) {
    char[] typed = console.readPassword("%s", question);
    return typed == null ? new char[0] : typed;
  }
}
