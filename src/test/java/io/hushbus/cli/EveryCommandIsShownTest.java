package io.hushbus.cli;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Whoever adds a command adds a scenario: every leaf of the command tree occurs in one. */
final class EveryCommandIsShownTest {

  /** Those that run a broker or keep running, by the test that shows them instead. */
  private static final Map<String, String> ELSEWHERE =
      new TreeMap<>(
          Map.ofEntries(
              entry("server", "ServerCommandIT"),
              entry("dev", "NewcomerIT"),
              entry("init", "StartRefusalsIT"),
              entry("migrate", "StartRefusalsIT"),
              entry("check-config", "WrongInputsTest"),
              entry("audit verify", "AuditVerifyTest"),
              entry("run", "docs/run.md by RunDocsIT, and RunCommandIT"),
              entry("render", "docs/run.md by RunDocsIT, and RunCommandIT"),
              entry("backup", "BackupCommandTest"),
              entry("restore", "BackupCommandTest"),
              entry("help", "picocli's own")));

  @Test
  void every_command_occurs_in_a_scenario() throws IOException {
    Set<String> unseen = leaves();
    unseen.removeAll(shown());
    unseen.removeAll(ELSEWHERE.keySet());
    assertThat(unseen).as("commands without a scenario in src/test/resources/cli").isEmpty();
  }

  @Test
  void those_shown_elsewhere_are_commands() {
    assertThat(leaves()).containsAll(ELSEWHERE.keySet());
  }

  @Test
  void every_scenario_uses_commands_that_there_are() throws IOException {
    for (String file : CommandScenarios.names()) {
      assertThat(CommandScenarios.acts(file)).as(file).isNotEmpty();
    }
  }

  private static Set<String> leaves() {
    Set<String> leaves = new TreeSet<>();
    collect("", Main.commandLine(), leaves);
    return leaves;
  }

  private static void collect(String path, CommandLine command, Set<String> leaves) {
    Set<CommandLine> below = Set.copyOf(command.getSubcommands().values());
    if (below.stream().allMatch(one -> one.getCommandSpec().name().equals("help"))) {
      leaves.add(path.strip());
    }
    below.forEach(one -> collect(path + " " + one.getCommandSpec().name(), one, leaves));
  }

  /** Commands that some scenario calls, by their own names, whatever alias it uses. */
  private static Set<String> shown() throws IOException {
    Set<String> shown = new TreeSet<>();
    for (String file : CommandScenarios.names()) {
      for (Act act : CommandScenarios.acts(file)) {
        if (act instanceof Act.Run run) {
          shown.add(path(run.arguments()));
        }
      }
    }
    return shown;
  }

  private static String path(List<String> arguments) {
    StringBuilder path = new StringBuilder();
    CommandLine at = Main.commandLine();
    for (String word : arguments) {
      CommandLine next = at.getSubcommands().get(word);
      if (next == null) {
        break;
      }
      CommandSpec spec = next.getCommandSpec();
      path.append(' ').append(spec.name());
      at = next;
    }
    return path.toString().strip();
  }
}
