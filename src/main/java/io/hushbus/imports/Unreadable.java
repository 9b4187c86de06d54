package io.hushbus.imports;

/** A document is none; stays within this package, where it becomes a problem. */
final class Unreadable extends Exception {

  private static final long serialVersionUID = 1L;
  private final int line;

  /**
   * @param line from 1; 0 is the document as a whole
   */
  Unreadable(int line, String sentence) {
    super(sentence, null, false, false);
    this.line = line;
  }

  int line() {
    return line;
  }
}
