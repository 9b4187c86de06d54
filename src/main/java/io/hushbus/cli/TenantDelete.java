package io.hushbus.cli;

import io.hushbus.client.HushbusClient;
import io.hushbus.client.Request;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hushbus tenant delete}: begins the end of a tenant and, if asked to, waits for it. */
@Command(
    name = "delete",
    description = "Delete a tenant with all it has. Nothing of it can be had back.")
final class TenantDelete implements Runnable {

  @Parameters(paramLabel = "NAME", description = "The tenant.")
  private String name = "";

  @Option(names = "--wait", description = "Wait for the end, and show how it goes.")
  private boolean wait;

  @Mixin private final Confirmation confirmation = new Confirmation();
  @Mixin private final Session session;

  TenantDelete(Surroundings around) {
    session = new Session(around);
  }

  @Override
  public void run() {
    confirmation.ask(
        session, "Delete tenant " + Visible.text(name) + " with every secret it has, for good?");
    session.use(this::delete);
  }

  private void delete(HushbusClient broker) {
    String path = "/tenants/" + Request.segment(name);
    String id = broker.delete(path).query("confirm", name).send().json().text("id");
    session.note("operation " + id);
    if (wait) {
      OperationWatch.follow(session, broker, broker.operation(id), Duration.ofMillis(500));
    }
  }
}
