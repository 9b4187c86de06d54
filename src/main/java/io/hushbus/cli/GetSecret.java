package io.hushbus.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * {@code hushbus get secret}: one, or all of exactly one scope, as Flyte's command line says it.
 */
@Command(
    name = "secret",
    description = "Show a secret, or list those of exactly one scope, in Flyte's words.")
final class GetSecret implements Runnable {

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "The secret; else all.")
  private @Nullable String name;

  @Mixin private final Session session;
  @Mixin private final ScopeOptions scope;
  @Mixin private final Paging paging = new Paging();

  GetSecret(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
  }

  @Override
  public void run() {
    session.use(
        broker -> {
          if (name == null) {
            session.list(
                () -> scope.of(broker.get("/secrets")), "secrets", paging, SecretPath.LINE);
          } else {
            session.one(scope.of(broker.get(SecretPath.of(name))).send(), SecretPath.DETAIL);
          }
        });
  }
}
