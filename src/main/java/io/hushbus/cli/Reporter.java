package io.hushbus.cli;

import io.hushbus.client.Refused;
import io.hushbus.client.Unreachable;
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
    if (failure instanceof Unreachable away) {
      err.println("hushbus: " + away.getMessage() + ": check that it runs, and HUSHBUS_ADDR");
      return Exit.UNREACHABLE;
    }
    if (failure instanceof Refused refused) {
      err.println("hushbus: " + refused.getMessage() + next(refused) + request(refused));
      return code(refused);
    }
    err.println("hushbus: this is a bug, please report it with the lines below");
    failure.printStackTrace(err);
    return Exit.GENERAL;
  }

  private static String next(Refused refused) {
    return switch (code(refused)) {
      case Exit.DENIED -> ": use a token that may do this (HUSHBUS_TOKEN)";
      case Exit.NOT_FOUND -> ": check the name, and that the token may see it";
      case Exit.CONFLICT ->
          ": the state of things forbids it, perhaps because it is under way already";
      case Exit.OVER_BUDGET -> ": try again later";
      default -> " (" + refused.code() + ")";
    };
  }

  private static String request(Refused refused) {
    return refused.request().map(id -> " [request " + id + "]").orElse("");
  }

  private static int code(Refused refused) {
    return switch (refused.status()) {
      case 400, 422 -> Exit.USAGE;
      case 401, 403 -> Exit.DENIED;
      case 404, 410 -> Exit.NOT_FOUND;
      case 409, 412, 423, 428 -> Exit.CONFLICT;
      case 429 -> Exit.OVER_BUDGET;
      case 503 -> Exit.UNREACHABLE;
      default -> Exit.GENERAL;
    };
  }
}
