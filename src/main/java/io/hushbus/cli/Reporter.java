package io.hushbus.cli;

import io.hushbus.model.Failure;
import java.io.PrintWriter;

/**
 * Turns what went wrong into one line for people and an exit code. A bug prints its stack; nothing
 * else does.
 */
final class Reporter {

  private Reporter() {}

  static int report(Exception failure, PrintWriter err) {
    if (failure instanceof CommandFailure expected) {
      err.println("hushbus: " + expected.getMessage());
      return expected.exitCode();
    }
    if (failure instanceof Failure refused) {
      err.println("hushbus: " + refused.getMessage());
      return refused instanceof Failure.Unavailable ? Exit.UNREACHABLE : Exit.GENERAL;
    }
    err.println("hushbus: this is a bug, please report it with the lines below");
    failure.printStackTrace(err);
    return Exit.GENERAL;
  }
}
