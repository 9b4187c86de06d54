package io.hushbus.cli;

import io.hushbus.config.BrokerConfig;
import io.hushbus.db.Migrations;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code hushbus migrate}: brings the schema to what this program needs. Safe to run twice, and
 * from two places at once.
 */
@Command(
    name = "migrate",
    description = "Bring the database schema to this program's version (needs database.owner).",
    mixinStandardHelpOptions = true)
final class MigrateCommand implements Callable<Integer> {

  @Mixin private ConfigOption config = new ConfigOption();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    BrokerConfig settings = config.read().config();
    if (settings.database().owner().isEmpty()) {
      throw new CommandFailure(
          Exit.USAGE,
          "migrate works as the owner of the tables: set database.owner.user and"
              + " database.owner.password_file");
    }
    Migrations.Status after = reaching(() -> new Migrations(settings.database()).migrate());
    if (!(after instanceof Migrations.Status.Current current)) {
      throw new CommandFailure(Exit.GENERAL, "the schema could not be moved: " + after);
    }
    spec.commandLine().getOut().println("schema at version " + current.version());
    return Exit.OK;
  }

  /** Does what needs the database, and turns an unreachable one into a line with the next step. */
  static <T> T reaching(Supplier<T> ask) {
    try {
      return ask.get();
    } catch (Migrations.Unreachable away) {
      throw new CommandFailure(
          Exit.UNREACHABLE,
          away.getMessage()
              + ": check that PostgreSQL runs, and the database section of the configuration");
    }
  }
}
