package io.hushbus.cli;

import io.hushbus.client.Body;
import io.hushbus.client.HushbusClient;
import io.hushbus.client.Json;
import io.hushbus.client.Request;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code hushbus secret set}: with a name, a new value; without one, the secret that a project's
 * tasks get.
 */
@Command(
    name = "set",
    description = {
      "Give a secret a new value, which begins a rotation: holders are told, and move.",
      "Without a name, choose the secret that tasks of the project get as AUTH_SECRET."
    })
final class SecretSet implements Runnable {

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "The secret; without it one is chosen for the project.")
  private @Nullable String name;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "PATH",
      description = "A file with the content, as with --from-file.")
  private @Nullable String path;

  @Option(
      names = "--secret-id",
      paramLabel = "ID",
      description = "Without a name: choose this one for the project.")
  private Optional<String> id = Optional.empty();

  @Option(
      names = "--if-version",
      paramLabel = "N",
      description = "Only if this is still the current version.")
  private Optional<Integer> ifVersion = Optional.empty();

  @Mixin private final Session session;
  @Mixin private final ScopeOptions scope;
  @Mixin private final ValueOptions values;
  @Mixin private final Confirmation confirmation = new Confirmation();

  SecretSet(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
    values = new ValueOptions(session);
  }

  @Override
  public void run() {
    Optional.ofNullable(path).ifPresent(values::fromFile);
    session.use(
        broker -> {
          if (name == null) {
            new ProjectSecret(session, scope, confirmation, broker).choose(id, values);
          } else {
            replace(broker, name);
          }
        });
  }

  private void replace(HushbusClient broker, String secret) {
    Json now = scope.of(broker.get(SecretPath.of(secret))).send().json();
    String type = now.text("type");
    if (type.equals("file")) {
      now.texts("keys").stream().findFirst().ifPresent(values::usualFileName);
    }
    try (Content content = values.read(Optional.of(type), true)) {
      Request request = scope.of(broker.put(SecretPath.of(secret)));
      ifVersion.ifPresent(version -> request.ifMatch(version.toString()));
      Json changed = request.body(content.into(Body.object())).send().json();
      session.one(changed, SecretPath.DETAIL);
      session.note(
          "%s is at version %d %s"
              .formatted(Visible.text(secret), changed.number("current_version"), scope.shown()));
    }
  }
}
