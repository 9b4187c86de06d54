package io.hushbus.cli;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hushbus create secret}: as Flyte's command line says it. */
@Command(
    name = "secret",
    description = {
      "Make a secret: hushbus secret create, in Flyte's words.",
      "Without project and domain it is the organization's, and every task sees it. A value from"
          + " --from-file is kept as a file, byte for byte."
    })
final class CreateSecret implements Runnable {

  private static final String IMAGE_PULL = "image_pull";

  @Parameters(index = "0", paramLabel = "NAME", description = "Its name.")
  private String name = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "VALUE",
      description = "The value itself; others on this machine can read a command line.")
  private @Nullable String value;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "regular, image_pull, or a type of hushbus secret create.")
  private Optional<String> type = Optional.empty();

  @Mixin private final Session session;
  @Mixin private final ScopeOptions scope;
  @Mixin private final ValueOptions values;
  @Mixin private final RegistryOptions registry;

  CreateSecret(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
    values = new ValueOptions(session);
    registry = new RegistryOptions(session);
  }

  @Override
  public void run() {
    Optional.ofNullable(value).ifPresent(values::fromCommandLine);
    Optional<String> ours =
        type.filter(one -> !one.equals("regular"))
            .map(one -> one.equals(IMAGE_PULL) ? RegistryOptions.TYPE : one);
    session.use(
        broker ->
            new SecretMaking(session, scope, values, registry)
                .make(broker, name, ours, Optional.empty(), Map.of()));
  }
}
