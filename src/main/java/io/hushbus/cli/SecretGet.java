package io.hushbus.cli;

import io.hushbus.client.HushbusClient;
import io.hushbus.client.SecretJson;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code hushbus secret get}: metadata and, only where that is asked for and allowed, the value.
 */
@Command(
    name = "get",
    description = {
      "Show what is known about a secret. Its value is not.",
      "With --reveal the value, where the project allows that; it is on record who saw it."
    })
final class SecretGet implements Runnable {

  @Parameters(paramLabel = "NAME", description = "The secret.")
  private String name = "";

  @Option(names = "--reveal", description = "Show the value.")
  private boolean reveal;

  @Option(names = "--key", paramLabel = "KEY", description = "With --reveal: only this key.")
  private Optional<String> key = Optional.empty();

  @Option(names = "--version", paramLabel = "N", description = "With --reveal: this version.")
  private Optional<Integer> version = Optional.empty();

  @Mixin private final Session session;
  @Mixin private final ScopeOptions scope;

  SecretGet(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
  }

  @Override
  public void run() {
    if (!reveal && (key.isPresent() || version.isPresent())) {
      throw new CommandFailure(Exit.USAGE, "--key and --version go with --reveal");
    }
    session.use(
        broker -> {
          if (reveal) {
            revealed(broker);
          } else {
            session.one(scope.of(broker.get(SecretPath.of(name))).send(), SecretPath.DETAIL);
          }
        });
  }

  private void revealed(HushbusClient broker) {
    String path = SecretPath.of(name, "value");
    try (SecretJson answer =
        scope
            .of(broker.get(path))
            .query("version", version.map(Object::toString))
            .send()
            .secretJson()) {
      new Revealed(session, answer).show(key);
    }
  }
}
