package io.hushbus.cli;

/**
 * A command could not do what it was asked: a line for people that ends with the next step, and the
 * exit code.
 */
final class CommandFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private final int exitCode;

  CommandFailure(int exitCode, String line) {
    super(line, null, false, false);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
