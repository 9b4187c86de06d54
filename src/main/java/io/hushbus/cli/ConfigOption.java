package io.hushbus.cli;

import io.hushbus.config.BrokerConfig;
import io.hushbus.config.ConfigProblems;
import io.hushbus.config.ConfigReader;
import java.nio.file.Path;
import java.util.Locale;
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
      return logging(ConfigReader.read(Optional.ofNullable(file), environment));
    } catch (ConfigProblems problems) {
      throw new CommandFailure(
          Exit.USAGE,
          "the configuration cannot be used:\n  - "
              + String.join("\n  - ", problems.problems())
              + (file == null ? "\nno file was read; name one with --config FILE" : "")
              + "\nconf/hushbus-full.yaml lists every key and its default");
    }
  }

  /** Tells the log what is configured; it looks when the first logger is made, which is later. */
  private static ConfigReader.Reading logging(ConfigReader.Reading read) {
    BrokerConfig.Log log = read.config().log();
    System.setProperty("hushbus.log.level", log.level().name().toLowerCase(Locale.ROOT));
    System.setProperty("hushbus.log.format", log.format().name().toLowerCase(Locale.ROOT));
    return read;
  }
}
