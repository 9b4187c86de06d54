package io.hushbus.cli;

import io.hushbus.client.Request;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code hushbus project get}. */
@Command(name = "get", description = "Show a project.")
final class ProjectGet implements Runnable {

  @Parameters(paramLabel = "NAME", description = "The project.")
  private String name = "";

  @Mixin private final Session session;

  ProjectGet(Surroundings around) {
    session = new Session(around);
  }

  @Override
  public void run() {
    String path = "/projects/" + Request.segment(name);
    session.use(broker -> session.one(broker.get(path).send(), ProjectList.COLUMNS));
  }
}
