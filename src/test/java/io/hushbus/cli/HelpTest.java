package io.hushbus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What every command says of itself. */
final class HelpTest {

  /** Where a dollar and a brace are not doubled, the library puts what it does not find. */
  @Test
  void no_help_has_a_hole_where_a_dollar_was_meant() {
    see(Main.commandLine());
    assertThat(Main.commandLine().getUsageMessage()).contains("${hushbus:SECRET[#KEY]}");
  }

  private static void see(CommandLine command) {
    assertThat(command.getUsageMessage()).doesNotContainPattern("\\bnull\\b");
    command.getSubcommands().values().forEach(HelpTest::see);
  }
}
