package io.hushbus.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code hushbus restore}: a backup into an empty database, whole or not at all, by PostgreSQL's
 * own {@code pg_restore}. Afterwards the broker serves metadata alone until an operator confirms.
 */
@Command(
    name = "restore",
    description = {
      "Put a backup into an empty database, by pg_restore, whole or not at all.",
      "No broker may run on it. The database and its roles must be there."
    },
    mixinStandardHelpOptions = true)
final class RestoreCommand implements Runnable {

  @Option(names = "--file", required = true, paramLabel = "FILE", description = "The backup.")
  private String file = "";

  @Option(
      names = "--program",
      paramLabel = "PATH",
      description = "The program to run (default: ${DEFAULT-VALUE}).")
  private String program = "pg_restore";

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  @Mixin private ConfigOption config = new ConfigOption();
  private final Surroundings around;

  RestoreCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public void run() {
    Path from = around.path(file);
    if (!Files.isReadable(from)) {
      throw new CommandFailure(Exit.USAGE, from + " cannot be read: check the path");
    }
    DatabaseTool restore =
        new DatabaseTool(program, config.read(around.environment()).config().database());
    ask();
    restore.run("--single-transaction", "--exit-on-error", from.toString());
    around.err().println("restored; next: hushbus migrate, start the brokers with the root key of");
    around.err().println("that time, and hushbus tenant confirm-restore NAME for each tenant");
  }

  private void ask() {
    String question = "Is no broker running, and the database empty?";
    if (yes) {
      return;
    }
    Keyboard person =
        around
            .keyboard()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        Exit.USAGE, question + " There is no terminal to ask at: give --yes"));
    if (!person.line(question + " [y/N] ").strip().toLowerCase(Locale.ROOT).startsWith("y")) {
      throw new CommandFailure(Exit.GENERAL, "nothing was changed");
    }
  }
}
