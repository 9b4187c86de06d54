package io.hushbus.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program: picks the command, turns its failure into a line and an exit code. */
@Command(
    name = "hushbus",
    description = "A secret broker that knows who holds which version.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DevCommand.class,
      ServerCommand.class,
      InitCommand.class,
      MigrateCommand.class,
      CheckConfigCommand.class,
      AuditCommand.class,
      KeyCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The whole command tree, ready to execute; for tests as well. */
  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> Reporter.report(failure, command.getErr()))
        .setExitCodeExceptionMapper(
            failure ->
                failure instanceof CommandLine.ParameterException ? Exit.USAGE : Exit.GENERAL);
  }
}
