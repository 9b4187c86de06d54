package io.hushbus.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code hushbus secret history}: the versions of a secret. */
@Command(name = "history", description = "List the versions of a secret, newest first.")
final class SecretHistory implements Runnable {

  @Parameters(index = "0", paramLabel = "NAME", description = "The secret.")
  private String name = "";

  @Mixin private final Session session;
  @Mixin private final ScopeOptions scope;
  @Mixin private final Paging paging = new Paging();

  SecretHistory(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
  }

  private static final Columns COLUMNS =
      Columns.of("version", "state", "keys", "size=size_bytes", "created=created_at", "created_by");

  @Override
  public void run() {
    session.use(
        broker ->
            session.list(
                () -> scope.of(broker.get(SecretPath.of(name, "versions"))),
                "versions",
                paging,
                COLUMNS));
  }
}
