package io.hushbus.runner;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Lines for people, none with a value. Safe for many threads. */
final class Messages {

  private final Consumer<String> lines;
  private volatile @Nullable Console console;

  Messages(Consumer<String> lines) {
    this.lines = lines;
  }

  /** From now on they stand beside the output of a child. */
  void beside(Console shown) {
    console = shown;
  }

  /** A terminal that passes everything on as it is does not go back to the start of a line. */
  void say(String line) {
    Console shown = console;
    lines.accept(shown != null && shown.isRaw() ? line + "\r" : line);
  }
}
