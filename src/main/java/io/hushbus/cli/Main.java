package io.hushbus.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;

/** The program: picks the command, turns its failure into a line and an exit code. */
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    System.exit(run(Surroundings.real(), args));
  }

  /** Runs one command whole; for tests as well. */
  static int run(Surroundings around, String... args) {
    int code = commandLine(around, List.of(args)).execute(args);
    around.out().flush();
    around.err().flush();
    return code;
  }

  /** The whole command tree, ready to execute. */
  static CommandLine commandLine() {
    return commandLine(Surroundings.real(), List.of());
  }

  /**
   * As much of the command tree as a command line needs.
   *
   * @param words the command line; empty for all
   */
  static CommandLine commandLine(Surroundings around, List<String> words) {
    boolean help = !words.isEmpty() && words.getFirst().equals("help");
    CommandLine program = Commands.tree().made(around, help ? List.of() : words);
    program
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Print the version.")
                .build())
        .versionProvider(new Version());
    boolean colour = around.screen() && around.variable("NO_COLOR").isEmpty();
    return program
        .setOut(new PrintWriter(around.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(around.err(), true, StandardCharsets.UTF_8))
        .setColorScheme(CommandLine.Help.defaultColorScheme(colour ? Ansi.ON : Ansi.OFF))
        .setParameterExceptionHandler((failure, arguments) -> Reporter.misused(failure))
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> Reporter.report(failure, command.getErr()));
  }
}
