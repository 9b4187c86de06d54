package io.hushbus.cli;

import io.hushbus.client.Refused;
import io.hushbus.client.Unreachable;
import io.hushbus.model.Failure;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.regex.Pattern;
import picocli.CommandLine;

/**
 * Turns what went wrong into one line for people and an exit code. A bug prints its stack; nothing
 * else does.
 */
final class Reporter {

  /** What a sentence says of the answer's own fields, which are told in lines of their own. */
  private static final Pattern MEMBERS =
      Pattern.compile("([;,] `?(errors|blockers)`? [a-z ]+)?[.]?$");

  private Reporter() {}

  /**
   * A command line that is none. What was given where nothing belongs is not repeated: it may be a
   * value that was meant for an option.
   */
  static int misused(CommandLine.ParameterException failure) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("hushbus: " + misuse(failure, command));
    err.println("see " + command.getCommandSpec().qualifiedName() + " --help");
    err.flush();
    return Exit.USAGE;
  }

  private static String misuse(CommandLine.ParameterException failure, CommandLine command) {
    if (!(failure instanceof CommandLine.UnmatchedArgumentException unmatched)) {
      return Visible.text(String.valueOf(failure.getMessage()));
    }
    String first = unmatched.getUnmatched().getFirst();
    if (command.getSubcommands().isEmpty() && !unmatched.isUnknownOption()) {
      return "there are more arguments than the command takes";
    }
    String suggestion = String.join(" or ", unmatched.getSuggestions());
    String name = Visible.text(first.split("=", 2)[0]);
    return (unmatched.isUnknownOption() ? "there is no option " : "there is no command ")
        + name
        + (suggestion.isEmpty() ? "" : "; did you mean " + suggestion + "?");
  }

  static int report(Exception failure, PrintWriter err) {
    if (failure instanceof CommandFailure expected) {
      err.println("hushbus: " + Visible.lines(String.valueOf(expected.getMessage())));
      return expected.exitCode();
    }
    if (failure instanceof Failure refused) {
      err.println("hushbus: " + Visible.lines(String.valueOf(refused.getMessage())));
      return refused instanceof Failure.Unavailable ? Exit.UNREACHABLE : Exit.GENERAL;
    }
    if (failure instanceof Unreachable away) {
      String why = Visible.text(String.valueOf(away.getMessage()));
      err.println("hushbus: " + why + ": check that it runs, and HUSHBUS_ADDR");
      return Exit.UNREACHABLE;
    }
    if (failure instanceof Refused refused) {
      refused(refused, err);
      return code(refused);
    }
    err.println("hushbus: this is a bug, please report it with the lines below");
    failure.printStackTrace(err);
    return Exit.GENERAL;
  }

  /** One message: what, why, the next step, the request; then a line for each fault. */
  private static void refused(Refused refused, PrintWriter err) {
    err.println(
        "hushbus: " + Visible.text(what(refused) + ": " + next(refused) + request(refused)));
    for (Refused.Fault fault : refused.errors()) {
      err.println(Visible.text("  " + fault.pointer() + ": " + why(fault)));
    }
    for (Refused.Blocker blocker : refused.blockers()) {
      err.println(Visible.text("  in use by " + blocker.kind() + " " + blocker.id()));
    }
  }

  private static String what(Refused refused) {
    String said = refused.detail().orElse(String.valueOf(refused.getMessage()));
    return MEMBERS.matcher(said).replaceFirst("");
  }

  private static String why(Refused.Fault fault) {
    return fault.detail().isEmpty() ? fault.code() : fault.detail();
  }

  private static String next(Refused refused) {
    return switch (code(refused)) {
      case Exit.USAGE -> "mend what is named, then try again";
      case Exit.DENIED ->
          refused.status() == 401
              ? "log in by hushbus login, or set HUSHBUS_TOKEN"
              : "ask for a role that may do this; hushbus whoami shows yours";
      case Exit.NOT_FOUND -> "check name and scope, and that you may see it (hushbus whoami)";
      case Exit.CONFLICT -> conflict(refused);
      case Exit.OVER_BUDGET, Exit.UNREACHABLE ->
          "try again " + refused.retryAfter().map(Reporter::in).orElse("later");
      default -> "look up " + refused.code() + " in docs/problems.md";
    };
  }

  private static String conflict(Refused refused) {
    return switch (refused.reason().orElse("")) {
      case "name_taken" -> "choose another name, or change what is there";
      case "in_use" -> "end these uses first (hushbus secret usage shows them)";
      case "rotation_in_progress" -> "wait for it, or see hushbus rotation list";
      default -> "look at how things stand, then try again";
    };
  }

  private static String in(Duration wait) {
    return "in " + wait.toSeconds() + " s";
  }

  private static String request(Refused refused) {
    return refused.request().map(id -> " [request " + id + "]").orElse("");
  }

  static int code(Refused refused) {
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
