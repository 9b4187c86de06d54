package io.hushbus.cli;

import io.hushbus.client.HushbusClient;
import io.hushbus.client.Request;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hushbus key status}: the root key, or the generations of a tenant's key. */
@Command(
    name = "status",
    description = "Show the root key in use, or the generations of a tenant's key.")
final class KeyStatus implements Runnable {

  private static final Columns ROOT = Columns.of("current", "next", "in_use");
  private static final Columns GENERATIONS =
      Columns.of("generation", "state", "versions", "created=created_at", "retired=retired_at");

  @Option(names = "--tenant", paramLabel = "NAME", description = "The key of this tenant.")
  private @Nullable String tenant;

  @Mixin private final Session session;

  KeyStatus(Surroundings around) {
    session = new Session(around);
  }

  @Override
  public void run() {
    session.use(broker -> status(broker, tenant));
  }

  private void status(HushbusClient broker, @Nullable String name) {
    if (name == null) {
      session.one(broker.get("/root-key").send(), ROOT);
    } else {
      String path = "/tenants/" + Request.segment(name) + "/keys";
      session.list(broker.get(path).send(), "keys", GENERATIONS);
    }
  }
}
