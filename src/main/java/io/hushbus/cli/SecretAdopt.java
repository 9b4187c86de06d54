package io.hushbus.cli;

import io.hushbus.client.Body;
import io.hushbus.client.HushbusClient;
import io.hushbus.client.Json;
import io.hushbus.client.Request;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hushbus secret adopt}: takes a secret that another project shares. */
@Command(
    name = "adopt",
    description = "Take a secret that a project of the community shares into this project.")
final class SecretAdopt implements Runnable {

  @Parameters(paramLabel = "NAME", description = "What it is called where it comes from.")
  private String name = "";

  @Option(names = "--from", paramLabel = "PROJECT", description = "The project that shares it.")
  private Optional<String> from = Optional.empty();

  @Option(names = "--alias", paramLabel = "NAME", description = "What it is called here.")
  private Optional<String> alias = Optional.empty();

  @Mixin private final Session session;
  @Mixin private final ScopeOptions scope;

  SecretAdopt(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
  }

  @Override
  public void run() {
    String project = "/projects/" + Request.segment(scope.needProject());
    session.use(
        broker -> {
          Body body =
              Body.object().field("secret_id", shared(broker, project)).field("alias", alias);
          session.one(
              broker.post(project + "/adoptions").body(body).send(),
              Columns.of(
                  "name",
                  "scope",
                  "from=adopted_from.name",
                  "from_project=adopted_from.project",
                  "id",
                  "created=created_at"));
          session.note("adopted as " + Visible.text(alias.orElse(name)));
        });
  }

  private String shared(HushbusClient broker, String project) {
    List<String> found =
        new Paging()
            .all(() -> broker.get(project + "/shared-secrets"), "secrets").items().stream()
                .filter(this::isMeant)
                .map(one -> one.text("secret_id"))
                .toList();
    if (found.isEmpty()) {
      throw new CommandFailure(
          Exit.NOT_FOUND,
          "no secret of that name is shared with the project: it takes hushbus secret share there");
    }
    if (found.size() > 1) {
      throw new CommandFailure(
          Exit.USAGE, "several projects share a secret of that name: say which by --from");
    }
    return found.getFirst();
  }

  private boolean isMeant(Json shared) {
    return shared.text("name").equalsIgnoreCase(name)
        && from.map(
                project ->
                    shared
                        .object("scope")
                        .optionalText("project")
                        .filter(project::equalsIgnoreCase)
                        .isPresent())
            .orElse(true);
  }
}
