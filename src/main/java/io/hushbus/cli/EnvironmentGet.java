package io.hushbus.cli;

import io.hushbus.client.Request;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hushbus environment get}. */
@Command(
    name = "get",
    description = {
      "Show what an environment gives to tasks.",
      "-o yaml prints what hushbus environment apply takes."
    })
final class EnvironmentGet implements Runnable {

  @Parameters(paramLabel = "NAME", description = "The environment.")
  private String name = "";

  @Option(names = "--inherited", description = "The one that a task in this scope sees.")
  private boolean inherited;

  @Mixin private final Session session;
  @Mixin private final ScopeOptions scope;

  EnvironmentGet(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
  }

  @Override
  public void run() {
    String path = "/environments/" + Request.segment(name);
    session.use(
        broker -> {
          Request request = scope.of(broker.get(path)).query("inherited", inherited ? "true" : "");
          session.one(request.send(), EnvironmentList.LINE);
        });
  }
}
