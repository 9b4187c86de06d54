package io.hushbus.cli;

import io.hushbus.client.Body;
import io.hushbus.client.Request;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hushbus secret bind}: puts a secret into a variable of an environment. */
@Command(
    name = "bind",
    description = {
      "Put a secret into a variable of an environment, which is made if it is not there.",
      "Without options: AUTH_SECRET of the project's environment `default`, for all tasks of the"
          + " project that name no environment."
    })
final class SecretBind implements Runnable {

  @Parameters(index = "0", paramLabel = "NAME", description = "The secret.")
  private String name = "";

  @Option(
      names = "--as",
      paramLabel = "VARIABLE",
      description = "The variable (default: ${DEFAULT-VALUE}).")
  private String variable = ProjectSecret.VARIABLE;

  @Option(
      names = "--environment",
      paramLabel = "NAME",
      description = "The environment (default: ${DEFAULT-VALUE}).")
  private String environment = ProjectSecret.ENVIRONMENT;

  @Option(names = "--key", paramLabel = "KEY", description = "Only this key of the secret.")
  private Optional<String> key = Optional.empty();

  @Option(
      names = "--reload",
      paramLabel = "HOW",
      description = "How a new value is taken in: restart, signal:NAME, next-run, never, …")
  private Optional<String> reload = Optional.empty();

  @Option(names = "--optional", description = "Tasks start without it, too.")
  private boolean optional;

  @Mixin private final Session session;
  @Mixin private final ScopeOptions scope;

  SecretBind(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
  }

  @Override
  public void run() {
    String path =
        "/environments/%s/variables/%s"
            .formatted(Request.segment(environment), Request.segment(variable));
    Body body = Body.object().field("secret", name).field("key", key).field("reload", reload);
    Body whole = optional ? body.field("optional", true) : body;
    session.use(
        broker -> {
          Request request = scope.ofProject(broker.put(path));
          session.one(request.body(whole).send(), ProjectSecret.COLUMNS);
          session.note(
              Visible.text("%s is %s of environment %s".formatted(variable, name, environment)));
        });
  }
}
