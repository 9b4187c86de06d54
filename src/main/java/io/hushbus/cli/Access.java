package io.hushbus.cli;

import io.hushbus.client.HttpTransport;
import io.hushbus.client.HushbusClient;
import io.hushbus.client.Retry;
import io.hushbus.client.Watcher;
import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;

/** Makes the client from the settings: where, as whom, trusting whom. */
final class Access {

  private static final int LONGEST_TOKEN = 16 * 1024;
  private static final Set<String> THIS_MACHINE = Set.of("127.0.0.1", "localhost", "[::1]");

  private final Surroundings around;
  private final Settings settings;

  Access(Surroundings around, Settings settings) {
    this.around = around;
    this.settings = settings;
  }

  /**
   * A client, which the caller closes.
   *
   * @throws CommandFailure saying what to set, if something is missing or cannot be read
   */
  HushbusClient client() {
    URI address = address();
    return client(address, token());
  }

  /** The same for what lasts: the watcher is told how the broker is reached. */
  HushbusClient client(Watcher watcher) {
    var trust = new Trust(around, settings).context();
    return HushbusClient.over(HttpTransport.to(address(), trust), token(), Retry.USUAL, watcher);
  }

  /** The same with a token that is not in the settings yet, such as one to log in with. */
  HushbusClient client(SecretValue token) {
    return client(address(), token);
  }

  private HushbusClient client(URI address, SecretValue token) {
    return HushbusClient.of(address, token, new Trust(around, settings).context(address));
  }

  /** Whether a token would travel where others can read along. */
  boolean inTheClear() {
    URI address = address();
    return "http".equals(address.getScheme()) && !THIS_MACHINE.contains(address.getHost());
  }

  URI address() {
    Settings.Found address = settings.address();
    try {
      URI uri = URI.create(address.value());
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (web && uri.getHost() != null && uri.getUserInfo() == null) {
        return uri;
      }
    } catch (IllegalArgumentException malformed) {
      // told below, with all else that is no address
    }
    throw new CommandFailure(
        Exit.USAGE,
        "the address (%s) is no http or https URL: set HUSHBUS_ADDR, such as %s"
            .formatted(address.origin().where(), Settings.USUAL_ADDRESS));
  }

  private SecretValue token() {
    Settings.Found token = settings.token();
    if (!settings.isFile(token)) {
      return token(
          token.value().getBytes(StandardCharsets.UTF_8),
          "what is set as the token (%s) is none".formatted(token.origin().where()));
    }
    Path file = around.path(token.value());
    if (token.origin().strength() != Origin.Strength.ENVIRONMENT) {
      PrivateFile.readableByOthers(file)
          .ifPresent(
              reason -> {
                throw new CommandFailure(
                    Exit.USAGE, "the token in " + file + " is not taken: " + reason);
              });
    }
    try {
      return token(
          Files.readAllBytes(file),
          "the file of the token (%s) holds no token".formatted(token.origin().where()));
    } catch (IOException unreadable) {
      throw new CommandFailure(
          Exit.USAGE,
          "the file of the token (%s) cannot be read: check the path"
              .formatted(token.origin().where()));
    }
  }

  /** Without the white space at its end. */
  private static SecretValue token(byte[] content, String otherwise) {
    int end = content.length;
    while (end > 0 && content[end - 1] <= ' ' && content[end - 1] >= 0) {
      end--;
    }
    SecretValue token = SecretValue.owning(Arrays.copyOf(content, end));
    Arrays.fill(content, (byte) 0);
    if (!isToken(token)) {
      token.close();
      throw new CommandFailure(Exit.USAGE, otherwise + ": it has other characters, or is too long");
    }
    return token;
  }

  /** Whether it can be one: it goes into a line of its own, and must not end that. */
  static boolean isToken(SecretValue token) {
    return token.size() > 0
        && token.size() <= LONGEST_TOKEN
        && token.reveal(
            bytes -> {
              boolean printable = true;
              for (byte one : bytes) {
                printable &= one > ' ' && one < 0x7f;
              }
              return printable;
            });
  }
}
