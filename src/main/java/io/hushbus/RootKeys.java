package io.hushbus;

import io.hushbus.config.BrokerConfig;
import io.hushbus.crypto.PassphraseParameters;
import io.hushbus.crypto.RootKey;
import io.hushbus.crypto.RootKeyRefused;
import io.hushbus.crypto.RootKeyRing;
import io.hushbus.crypto.RootKeySource;
import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** The root key that a configuration names. */
public final class RootKeys {

  /** Where the key is looked for when root_key.provider is environment. */
  private static final String VARIABLE = "HUSHBUS_ROOT_KEY";

  private static final String PREVIOUS_VARIABLE = "HUSHBUS_PREVIOUS_ROOT_KEY";

  private RootKeys() {}

  /**
   * Makes a key file, readable by its owner alone. Never overwrites one.
   *
   * @throws StartRefused if there is a file already, or none can be made
   */
  public static void generate(Path path) {
    checked(
        () -> {
          RootKeySource.generateFile(path);
          return path;
        });
  }

  /** Opens the current key; may take a second for a passphrase. */
  static RootKey load(BrokerConfig.RootKey config) {
    return checked(() -> source(config, VARIABLE).load());
  }

  /** Opens the current key and, where one is configured, the one before it. */
  static RootKeyRing ring(BrokerConfig config) {
    RootKey current = load(config.rootKey());
    return config
        .previousRootKey()
        .map(before -> checked(() -> source(before, PREVIOUS_VARIABLE).load()))
        .map(previous -> RootKeyRing.of(current, previous))
        .orElseGet(() -> RootKeyRing.of(current));
  }

  private static RootKeySource source(BrokerConfig.RootKey config, String variable) {
    return switch (config.provider()) {
      case FILE -> new RootKeySource.File(config.path().orElseThrow());
      case PASSPHRASE ->
          new RootKeySource.Passphrase(
              config.passphrase().orElseThrow(), parameters(config.parameters().orElseThrow()));
      case ENVIRONMENT ->
          new RootKeySource.Environment(
              SecretValue.ofText(Optional.ofNullable(System.getenv(variable)).orElse("")));
    };
  }

  private static PassphraseParameters parameters(Path file) {
    try {
      return PassphraseParameters.parse(Files.readString(file).strip());
    } catch (IOException unreadable) {
      throw new StartRefused(
          StartRefused.Reason.ROOT_KEY,
          "the passphrase parameters cannot be read from " + file + ": restore that file");
    }
  }

  private static <T> T checked(Supplier<T> use) {
    try {
      return use.get();
    } catch (RootKeyRefused refused) {
      throw new StartRefused(StartRefused.Reason.ROOT_KEY, String.valueOf(refused.getMessage()));
    }
  }
}
