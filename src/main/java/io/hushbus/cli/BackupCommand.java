package io.hushbus.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code hushbus backup}: the database as of one moment, by PostgreSQL's own {@code pg_dump}. Every
 * value in it is sealed; the root key is not in it.
 */
@Command(
    name = "backup",
    description = {
      "Write a backup of the broker's database, by pg_dump, while brokers run.",
      "Values are sealed in it. Without the root key, which is not in it, nobody can read them."
    },
    mixinStandardHelpOptions = true)
final class BackupCommand implements Runnable {

  @Option(names = "--file", required = true, paramLabel = "FILE", description = "Write here.")
  private String file = "";

  @Option(
      names = "--program",
      paramLabel = "PATH",
      description = "The program to run (default: ${DEFAULT-VALUE}).")
  private String program = "pg_dump";

  @Mixin private ConfigOption config = new ConfigOption();
  private final Surroundings around;

  BackupCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public void run() {
    DatabaseTool dump =
        new DatabaseTool(program, config.read(around.environment()).config().database());
    Path to = around.path(file);
    Path draft = to.resolveSibling(to.getFileName() + ".part");
    try {
      Files.deleteIfExists(draft);
      Files.createFile(
          draft,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      dump.run("--format", "custom", "--file", draft.toString());
      Files.move(draft, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      around.err().println("wrote " + Files.size(to) + " bytes to " + to);
      around.err().println("keep the root key and the checkpoint file elsewhere: both are needed");
    } catch (IOException failed) {
      throw new CommandFailure(Exit.GENERAL, to + " cannot be written: check the directory");
    } finally {
      discard(draft);
    }
  }

  private static void discard(Path draft) {
    try {
      Files.deleteIfExists(draft);
    } catch (IOException left) {
      // half a backup, readable by its owner alone: the next one takes it away
    }
  }
}
