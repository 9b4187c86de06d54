package io.hushbus.cli;

import io.hushbus.client.Body;
import io.hushbus.client.HushbusClient;
import io.hushbus.client.Request;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hushbus secret clone}: a new secret that begins as this one. */
@Command(
    name = "clone",
    description = {
      "Make a new secret from this one; afterwards they have nothing to do with each other.",
      "Without --to-project and --to-domain it is made where this one is. A source of a value"
          + " changes the content: of a key_value secret the keys that are given."
    })
final class SecretClone implements Runnable {

  @Parameters(index = "0", paramLabel = "NAME", description = "The secret.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "NEW-NAME", description = "Its name.")
  private String clone = "";

  @Option(names = "--to-project", paramLabel = "PROJECT", description = "Where it is made.")
  private Optional<String> toProject = Optional.empty();

  @Option(names = "--to-domain", paramLabel = "DOMAIN", description = "Where it is made.")
  private Optional<String> toDomain = Optional.empty();

  @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
  private Optional<String> description = Optional.empty();

  @Mixin private final Session session;
  @Mixin private final ScopeOptions scope;
  @Mixin private final ValueOptions values;

  SecretClone(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
    values = new ValueOptions(session);
  }

  @Override
  public void run() {
    session.use(
        broker -> {
          Body body = Body.object().field("name", clone).field("description", description);
          if (toProject.isPresent() || toDomain.isPresent()) {
            body.object("target", to -> to.field("project", toProject).field("domain", toDomain));
          }
          if (values.given()) {
            changed(broker, body);
          }
          Request request = scope.of(broker.post(SecretPath.of(name, "clone")));
          session.one(request.body(body).send(), SecretPath.DETAIL);
          session.note("cloned " + Visible.text(name) + " as " + Visible.text(clone));
        });
  }

  private void changed(HushbusClient broker, Body body) {
    String type = scope.of(broker.get(SecretPath.of(name))).send().json().text("type");
    try (Content content = values.read(Optional.of(type), true)) {
      if (type.equals(Content.KEY_VALUE)) {
        body.object("patch", content::into);
      } else {
        content.into(body);
      }
    }
  }
}
