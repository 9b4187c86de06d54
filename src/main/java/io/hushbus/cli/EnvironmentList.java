package io.hushbus.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hushbus environment list}. */
@Command(name = "list", description = "List the environments of exactly one scope.")
final class EnvironmentList implements Runnable {

  static final Columns LINE =
      Columns.of("name", "scope", "revision", "needs=secrets", "updated=updated_at");

  @Option(names = "--inherited", description = "Also what wider scopes give.")
  private boolean inherited;

  @Mixin private final Session session;
  @Mixin private final ScopeOptions scope;
  @Mixin private final Paging paging = new Paging();

  EnvironmentList(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
  }

  @Override
  public void run() {
    session.use(
        broker ->
            session.list(
                () ->
                    scope
                        .of(broker.get("/environments"))
                        .query("inherited", inherited ? "true" : ""),
                "environments",
                paging,
                LINE));
  }
}
