package io.hushbus.cli;

import io.hushbus.client.Body;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hushbus project create}. */
@Command(name = "create", description = "Make a project.")
final class ProjectCreate implements Runnable {

  @Parameters(paramLabel = "NAME", description = "Its name.")
  private String name = "";

  @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
  private Optional<String> description = Optional.empty();

  @Option(names = "--community", paramLabel = "NAME", description = "The community it belongs to.")
  private Optional<String> community = Optional.empty();

  @Mixin private final Session session;

  ProjectCreate(Surroundings around) {
    session = new Session(around);
  }

  @Override
  public void run() {
    Body project = Body.object().field("name", name);
    project.field("description", description).field("community", community);
    session.use(
        broker -> {
          session.one(broker.post("/projects").body(project).send(), ProjectList.COLUMNS);
          session.note("created project " + name);
        });
  }
}
