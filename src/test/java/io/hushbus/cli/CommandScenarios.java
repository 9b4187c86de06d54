package io.hushbus.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The scenarios of the command line, kept as text. */
final class CommandScenarios {

  private static final Path HOME =
      Path.of(System.getProperty("hushbus.home", "."), "src/test/resources/cli");

  private CommandScenarios() {}

  static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(HOME)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".txt"))
          .sorted()
          .toList();
    }
  }

  static List<Act> acts(String name) throws IOException {
    return Act.parse(Files.readString(HOME.resolve(name)));
  }
}
