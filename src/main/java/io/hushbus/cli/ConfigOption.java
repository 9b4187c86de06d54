package io.hushbus.cli;

import io.hushbus.config.ConfigProblems;
import io.hushbus.config.ConfigReader;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that names the configuration file, and reading it. */
final class ConfigOption {

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "Configuration file (YAML). Every key can also be set as HUSHBUS_SECTION_KEY.")
  private @Nullable Path file;

  /**
   * @throws CommandFailure that lists every problem of the file and the environment at once
   */
  ConfigReader.Reading read() {
    return read(System.getenv());
  }

  ConfigReader.Reading read(Map<String, String> environment) {
    try {
      return ConfigReader.read(Optional.ofNullable(file), environment);
    } catch (ConfigProblems problems) {
      throw new CommandFailure(
          Exit.USAGE,
          "the configuration cannot be used:\n  - "
              + String.join("\n  - ", problems.problems())
              + "\nconf/hushbus-full.yaml lists every key and its default");
    }
  }
}
