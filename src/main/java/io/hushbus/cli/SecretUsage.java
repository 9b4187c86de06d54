package io.hushbus.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code hushbus secret usage}: who uses a secret. */
@Command(
    name = "usage",
    description =
        "Show which environments need a secret, who adopted it, and who holds which version.")
final class SecretUsage implements Runnable {

  @Parameters(index = "0", paramLabel = "NAME", description = "The secret.")
  private String name = "";

  @Mixin private final Session session;
  @Mixin private final ScopeOptions scope;
  @Mixin private final Paging paging = new Paging();

  SecretUsage(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
  }

  @Override
  public void run() {
    session.use(
        broker -> {
          Paging.Listed listed =
              paging.all(() -> scope.of(broker.get(SecretPath.of(name, "usage"))), "adoptions");
          session.output().one(listed.whole(), Columns.of("environments", "adoptions", "leases"));
        });
  }
}
