package io.hushbus.cli;

import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Image-pull credentials: of one registry, or out of a Docker configuration. */
final class RegistryOptions {

  static final String TYPE = "docker_config";

  @Option(
      names = "--registry",
      paramLabel = "HOST",
      description = "Image-pull credentials: the registry.")
  private @Nullable String registry;

  @Option(names = "--username", paramLabel = "NAME", description = "Of the registry.")
  private @Nullable String username;

  @Option(
      names = "--password",
      paramLabel = "TEXT",
      description = "Of the registry; asked for if it is left out. Others can read a command line.")
  private @Nullable String password;

  @Option(names = "--from-docker-config", description = "Take logins from a Docker configuration.")
  private boolean fromDocker;

  @Option(
      names = "--docker-config-path",
      paramLabel = "PATH",
      description = "The Docker configuration (default: ~/.docker/config.json).")
  private @Nullable String dockerPath;

  @Option(
      names = "--registries",
      split = ",",
      paramLabel = "HOST",
      description = "Only the logins of these registries.")
  private List<String> registries = new ArrayList<>();

  private final Session session;

  RegistryOptions(Session session) {
    this.session = session;
  }

  boolean given() {
    return registry != null || fromDocker;
  }

  /** Reads the credentials, asking for what is missing. */
  Content read() {
    if (registry != null && fromDocker) {
      throw new CommandFailure(Exit.USAGE, "either --registry or --from-docker-config");
    }
    SequencedMap<String, SecretValue> one = new LinkedHashMap<>();
    one.put(Content.ONE, fromDocker ? ofFile() : ofOne());
    return new Content(TYPE, one);
  }

  private SecretValue ofOne() {
    String host = registry == null ? Picker.ask(session, "registry", "--registry") : registry;
    String user = username == null ? Picker.ask(session, "user name", "--username") : username;
    try (SecretValue secret = password()) {
      return DockerConfig.of(host, user, secret);
    }
  }

  private SecretValue password() {
    if (password != null) {
      session.note("warning: a password on the command line can be read by others on this machine");
      return SecretValue.ofText(password);
    }
    return session
        .around()
        .keyboard()
        .map(keyboard -> Typed.twice(keyboard, "password"))
        .orElseThrow(
            () ->
                new CommandFailure(
                    Exit.USAGE,
                    "no password, and no terminal to ask at: give --from-docker-config, or"
                        + " --password"));
  }

  private SecretValue ofFile() {
    Path file =
        Optional.ofNullable(dockerPath)
            .map(session.around()::path)
            .or(() -> session.around().home().map(home -> home.resolve(".docker/config.json")))
            .orElseThrow(
                () -> new CommandFailure(Exit.USAGE, "give --docker-config-path, or set HOME"));
    try (InputStream in = Files.newInputStream(file)) {
      return DockerConfig.of(Typed.all(in, file.toString()), registries);
    } catch (IOException unreadable) {
      throw new CommandFailure(Exit.USAGE, file + " cannot be read: check --docker-config-path");
    }
  }
}
