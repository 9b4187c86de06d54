package io.hushbus.cli;

import io.hushbus.client.Body;
import io.hushbus.client.HushbusClient;
import io.hushbus.client.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hushbus explain}: what a task would get, from where, and why not. No value, no lease. */
@Command(
    name = "explain",
    description = {
      "Show what a task would get in a project and domain, from where, or why not.",
      "Of an environment, of the secrets that are named, or of the environment `default`."
    })
final class Explain implements Runnable {

  private static final Columns COLUMNS =
      Columns.of(
          "secret",
          "outcome",
          "scope",
          "version",
          "type",
          "variables",
          "files",
          "shadows",
          "reason");

  @Parameters(arity = "0..*", paramLabel = "SECRET", description = "Secrets by name.")
  private List<String> secrets = new ArrayList<>();

  @Option(
      names = {"-e", "--environment"},
      paramLabel = "NAME",
      description = "The environment (HUSHBUS_ENVIRONMENT).")
  private Optional<String> environment = Optional.empty();

  @Mixin private final Session session;
  @Mixin private final ScopeOptions scope;

  Explain(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
  }

  @Override
  public void run() {
    session.use(this::explain);
  }

  private void explain(HushbusClient broker) {
    Body body = scope.into(Body.object());
    if (secrets.isEmpty()) {
      body.field("environment", named());
    } else {
      body.array("secrets", secrets, (need, secret) -> need.field("secret", secret));
    }
    Json answer = broker.post("/resolutions").body(body).send().json();
    session.list(answer, "needs", COLUMNS);
    if (!answer.truth("ok").orElse(false)) {
      throw new CommandFailure(
          Exit.GENERAL, "a task would not start with these: mend what is not `ok` above");
    }
  }

  private String named() {
    return environment
        .or(() -> session.settings().value(Setting.ENVIRONMENT))
        .orElse(ProjectSecret.ENVIRONMENT);
  }
}
