package io.hushbus.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hushbus secret create}: a new secret with its first version. */
@Command(
    name = "create",
    description = {
      "Make a secret. Without a source the value is asked for, and not shown.",
      "Types: text, json, file, docker_config, and key_value for several values under keys."
    })
final class SecretCreate implements Runnable {

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "Its name; asked for if it is left out.")
  private @Nullable String name;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "PATH",
      description = "A file with the content, as with --from-file.")
  private @Nullable String path;

  @Option(names = "--type", paramLabel = "TYPE", description = "Its type; else the source tells.")
  private Optional<String> type = Optional.empty();

  @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
  private Optional<String> description = Optional.empty();

  @Option(names = "--label", paramLabel = "KEY=VALUE", description = "A label.")
  private Map<String, String> labels = new LinkedHashMap<>();

  @Mixin private final Session session;
  @Mixin private final ScopeOptions scope;
  @Mixin private final ValueOptions values;
  @Mixin private final RegistryOptions registry;

  SecretCreate(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
    values = new ValueOptions(session);
    registry = new RegistryOptions(session);
  }

  @Override
  public void run() {
    String wanted = name == null ? Picker.ask(session, "name of the secret", "NAME") : name;
    Optional.ofNullable(path).ifPresent(values::fromFile);
    session.use(
        broker ->
            new SecretMaking(session, scope, values, registry)
                .make(broker, wanted, type, description, labels));
  }
}
