package io.hushbus.cli;

import io.hushbus.client.HushbusClient;
import io.hushbus.client.Json;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hushbus secret rollback}: an older value as a new version. */
@Command(
    name = "rollback",
    description = {
      "Make the value of an older version a new version, which begins a rotation.",
      "Without --to the one before the current."
    })
final class SecretRollback implements Runnable {

  @Parameters(index = "0", paramLabel = "NAME", description = "The secret.")
  private String name = "";

  @Option(names = "--to", paramLabel = "VERSION", description = "The version to go back to.")
  private Optional<Long> to = Optional.empty();

  @Mixin private final Session session;
  @Mixin private final ScopeOptions scope;
  @Mixin private final Confirmation confirmation = new Confirmation();

  SecretRollback(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
  }

  @Override
  public void run() {
    session.use(
        broker -> {
          long version = to.orElseGet(() -> before(broker));
          confirmation.ask(
              session,
              "Make version %d of %s current again?".formatted(version, Visible.text(name)));
          String path = SecretPath.of(name, "versions/" + version + "/restore");
          session.one(scope.of(broker.post(path)).send(), SecretPath.DETAIL);
          session.note("%s has the value of version %d".formatted(Visible.text(name), version));
        });
  }

  private long before(HushbusClient broker) {
    Json newest =
        scope.of(broker.get(SecretPath.of(name, "versions"))).query("page_size", 2).send().json();
    List<Json> versions = newest.objects("versions");
    if (versions.size() < 2) {
      throw new CommandFailure(Exit.CONFLICT, "it has one version: there is nothing to go back to");
    }
    return versions.get(1).number("version");
  }
}
