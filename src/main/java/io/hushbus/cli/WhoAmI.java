package io.hushbus.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code hushbus whoami}: as whom the broker knows the caller, and with which roles. */
@Command(name = "whoami", description = "Show as whom the broker knows you, and your roles.")
final class WhoAmI implements Runnable {

  private static final Columns COLUMNS =
      Columns.of(
          "tenant=tenant.name",
          "kind=principal.kind",
          "name=principal.name",
          "id=principal.id",
          "roles=bindings");

  @Mixin private final Session session;

  WhoAmI(Surroundings around) {
    session = new Session(around);
  }

  @Override
  public void run() {
    session.use(broker -> session.one(broker.get("/auth/whoami").send(), COLUMNS));
  }
}
