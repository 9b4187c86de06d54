package io.hushbus.cli;

import io.hushbus.client.Body;
import io.hushbus.client.Request;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hushbus secret restore}: out of the trash. */
@Command(name = "restore", description = "Take a secret out of the trash, as it was.")
final class SecretRestore implements Runnable {

  @Parameters(index = "0", paramLabel = "NAME", description = "The secret.")
  private String name = "";

  @Option(names = "--as", paramLabel = "NAME", description = "Another name, if this one is taken.")
  private Optional<String> as = Optional.empty();

  @Option(names = "--id", paramLabel = "ID", description = "Which of several with this name.")
  private Optional<String> id = Optional.empty();

  @Mixin private final Session session;
  @Mixin private final ScopeOptions scope;

  SecretRestore(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
  }

  @Override
  public void run() {
    Body body = Body.object().field("name", as).field("id", id);
    session.use(
        broker -> {
          Request request = scope.of(broker.post(SecretPath.of(name, "restore")));
          session.one(request.body(body).send(), SecretPath.DETAIL);
          session.note("restored " + Visible.text(as.orElse(name)) + " " + scope.shown());
        });
  }
}
