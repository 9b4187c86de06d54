package io.hushbus.cli;

import io.hushbus.config.DatabaseConfig;
import io.hushbus.config.DatabaseConfig.Owner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs a program of PostgreSQL on the broker's database, as the owner of its tables. The password
 * goes by the environment of the child, never by its arguments, which everybody can see.
 */
final class DatabaseTool {

  private final String program;
  private final DatabaseConfig database;
  private final Owner owner;

  /**
   * @throws CommandFailure if the configuration names no owner
   */
  DatabaseTool(String program, DatabaseConfig database) {
    this.program = program;
    this.database = database;
    this.owner =
        database
            .owner()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        Exit.USAGE,
                        "this works as the owner of the tables: set database.owner.user and"
                            + " database.owner.password_file"));
  }

  /**
   * Waits for the end of the program, whose own words go to standard error.
   *
   * @throws CommandFailure if it is not there, or ends with a failure
   */
  void run(String... arguments) {
    List<String> command = new ArrayList<>(List.of(program, "--no-password"));
    command.addAll(List.of("--host", database.host()));
    command.addAll(List.of("--port", Integer.toString(database.port())));
    command.addAll(List.of("--username", owner.user(), "--dbname", database.name()));
    command.addAll(List.of(arguments));
    ProcessBuilder child = new ProcessBuilder(command);
    child.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    child.redirectError(ProcessBuilder.Redirect.INHERIT);
    settings(child.environment());
    int code = ended(child);
    if (code != 0) {
      throw new CommandFailure(
          Exit.GENERAL, program + " ended with " + code + "; what it said stands above");
    }
  }

  private void settings(Map<String, String> environment) {
    environment.put(
        "PGPASSWORD", owner.password().reveal(bytes -> new String(bytes, StandardCharsets.UTF_8)));
    boolean plain = database.tlsMode() == DatabaseConfig.TlsMode.DISABLE;
    environment.put("PGSSLMODE", plain ? "disable" : "verify-full");
    environment.put("PGAPPNAME", "hushbus");
    database.ca().ifPresent(ca -> environment.put("PGSSLROOTCERT", ca.toString()));
  }

  private int ended(ProcessBuilder child) {
    try {
      return child.start().waitFor();
    } catch (IOException missing) {
      throw new CommandFailure(
          Exit.USAGE,
          program
              + " cannot be started: install the client programs of PostgreSQL, of at least"
              + " the server's version, or name it by --program");
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(Exit.GENERAL, "interrupted");
    }
  }
}
