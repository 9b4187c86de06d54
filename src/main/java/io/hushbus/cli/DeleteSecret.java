package io.hushbus.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code hushbus delete secret}: as Flyte's command line says it, which does not ask. */
@Command(
    name = "secret",
    description = "Move a secret to the trash, in Flyte's words; refused while something uses it.")
final class DeleteSecret implements Runnable {

  @Parameters(paramLabel = "NAME", description = "The secret.")
  private String name = "";

  @Mixin private final Session session;
  @Mixin private final ScopeOptions scope;

  DeleteSecret(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
  }

  @Override
  public void run() {
    session.use(
        broker -> {
          scope.of(broker.delete(SecretPath.of(name))).send();
          session.note("deleted " + Visible.text(name) + " " + scope.shown());
        });
  }
}
