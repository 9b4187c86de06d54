package io.hushbus.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code hushbus project list}. */
@Command(name = "list", description = "List the projects.")
final class ProjectList implements Runnable {

  static final Columns COLUMNS =
      Columns.of("name", "community", "reveal", "created=created_at", "description");

  @Mixin private final Session session;
  @Mixin private final Paging paging = new Paging();

  ProjectList(Surroundings around) {
    session = new Session(around);
  }

  @Override
  public void run() {
    session.use(broker -> session.list(() -> broker.get("/projects"), "projects", paging, COLUMNS));
  }
}
