package io.hushbus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The table of docs/command-line-operations.md: every operation has a command, or a reason. */
final class OperationsTableTest {

  private static final Path HOME = Path.of(System.getProperty("hushbus.home", "."));
  private static final Pattern OPERATION = Pattern.compile("^ {6}operationId: (\\w+)$");
  private static final Pattern ROW = Pattern.compile("^\\| `(\\w+)` \\| (.+) \\|$");
  private static final Pattern COMMAND = Pattern.compile("`hushbus ([a-z -]+)`");

  @Test
  void every_operation_of_the_contract_is_in_the_table() throws IOException {
    List<String> operations =
        matches("src/main/openapi/openapi.yaml", OPERATION).stream()
            .map(one -> one.group(1))
            .toList();
    assertThat(new TreeSet<>(table().keySet())).isEqualTo(new TreeSet<>(operations));
  }

  @Test
  void every_command_in_the_table_is_one() throws IOException {
    for (Map.Entry<String, String> row : table().entrySet()) {
      if (row.getValue().startsWith("none: ")) {
        continue;
      }
      List<String> commands =
          COMMAND.matcher(row.getValue()).results().map(one -> one.group(1)).toList();
      assertThat(commands).as(row.toString()).isNotEmpty();
      assertThat(commands).as(row.toString()).allMatch(command -> isCommand(command.split(" ")));
    }
  }

  private static boolean isCommand(String[] words) {
    CommandLine at = Main.commandLine();
    for (String word : words) {
      at = at.getSubcommands().get(word);
      if (at == null) {
        return false;
      }
    }
    return at.getSubcommands().isEmpty();
  }

  private static Map<String, String> table() throws IOException {
    Map<String, String> table = new TreeMap<>();
    matches("docs/command-line-operations.md", ROW)
        .forEach(row -> table.put(row.group(1), row.group(2)));
    return table;
  }

  private static List<Matcher> matches(String file, Pattern pattern) throws IOException {
    List<Matcher> found = new ArrayList<>();
    for (String line : Files.readAllLines(HOME.resolve(file))) {
      Matcher matcher = pattern.matcher(line);
      if (matcher.matches()) {
        found.add(matcher);
      }
    }
    return found;
  }
}
