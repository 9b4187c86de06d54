package io.hushbus.cli;

import io.hushbus.config.BrokerConfig;
import io.hushbus.config.ConfigProblems;
import io.hushbus.config.ConfigReader;
import io.hushbus.crypto.PassphraseParameters;
import io.hushbus.crypto.RootKey;
import io.hushbus.crypto.RootKeyRefused;
import io.hushbus.crypto.RootKeySource;
import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The option that names the configuration file, and what can be read by it: the configuration and
 * the root key.
 */
final class ConfigOption {

  /** Where a root key is looked for when root_key.provider is environment. */
  private static final String ROOT_KEY = "HUSHBUS_ROOT_KEY";

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

  /** Opens the root key that the configuration names. May take a second for a passphrase. */
  static RootKey rootKey(BrokerConfig config) {
    try {
      return source(config.rootKey()).load();
    } catch (RootKeyRefused refused) {
      throw new CommandFailure(Exit.GENERAL, String.valueOf(refused.getMessage()));
    }
  }

  private static RootKeySource source(BrokerConfig.RootKey key) {
    return switch (key.provider()) {
      case FILE -> new RootKeySource.File(key.path().orElseThrow());
      case PASSPHRASE ->
          new RootKeySource.Passphrase(
              key.passphrase().orElseThrow(), parameters(key.parameters().orElseThrow()));
      case ENVIRONMENT ->
          new RootKeySource.Environment(
              SecretValue.ofText(Optional.ofNullable(System.getenv(ROOT_KEY)).orElse("")));
    };
  }

  private static PassphraseParameters parameters(Path file) {
    try {
      return PassphraseParameters.parse(Files.readString(file).strip());
    } catch (IOException unreadable) {
      throw new CommandFailure(
          Exit.GENERAL,
          "the passphrase parameters cannot be read from "
              + file
              + ": make them with `hushbus init`, or restore the file");
    }
  }
}
