package io.hushbus.cli;

import io.hushbus.client.Request;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code hushbus environment delete}. */
@Command(
    name = "delete",
    description = "Delete an environment; runs that were opened with it go on.")
final class EnvironmentDelete implements Runnable {

  @Parameters(paramLabel = "NAME", description = "The environment.")
  private String name = "";

  @Mixin private final Session session;
  @Mixin private final ScopeOptions scope;
  @Mixin private final Confirmation confirmation = new Confirmation();

  EnvironmentDelete(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
  }

  @Override
  public void run() {
    String path = "/environments/" + Request.segment(name);
    session.use(
        broker -> {
          confirmation.ask(
              session, "Delete environment %s %s?".formatted(Visible.text(name), scope.shown()));
          scope.of(broker.delete(path)).send();
          session.note("deleted environment " + Visible.text(name) + " " + scope.shown());
        });
  }
}
