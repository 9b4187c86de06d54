package io.hushbus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Tenancy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs every block of the description of the command line, in order, on a real broker. */
final class CommandLineDocIT {

  private static final Path PAGE =
      Path.of(System.getProperty("hushbus.home", "."), "docs/command-line.md");
  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w*)\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
  private static final Pattern NAME = Pattern.compile("^# (\\S+)\\n");

  @TempDir private Path directory;

  @Test
  void every_block_does_what_the_page_says() throws IOException {
    try (Brokers brokers = Brokers.fresh()) {
      BrokerNode node = brokers.start();
      Tenancy acme = brokers.tenant(node.client(brokers.operator()), "acme");
      Stage stage = new Stage(node, acme.byName(), directory, brokers.answers());
      List<Act> acts = Act.parse("as admin\n" + scenario());
      acts.forEach(stage::play);
      assertThat(acts.stream().filter(Act.Run.class::isInstance)).hasSizeGreaterThan(15);
    }
  }

  /** A block with a name is a file, and one of the console is played. */
  private static String scenario() throws IOException {
    return BLOCK
        .matcher(Files.readString(PAGE))
        .results()
        .map(CommandLineDocIT::act)
        .collect(Collectors.joining("\n"));
  }

  private static String act(MatchResult block) {
    String text = block.group(2);
    if (block.group(1).equals("console")) {
      return text;
    }
    var name = NAME.matcher(text);
    assertThat(name.find()).as("every other block names its file: %s", text).isTrue();
    return "file " + name.group(1) + " <<END\n" + text + "END\n";
  }
}
