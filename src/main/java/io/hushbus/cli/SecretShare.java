package io.hushbus.cli;

import io.hushbus.client.Body;
import io.hushbus.client.Request;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code hushbus secret share}: makes a secret visible to the projects of a community. */
@Command(
    name = "share",
    description = {
      "Make a project's secret visible in its community (admin of the community).",
      "Nobody gets the value by that: a project has to adopt the secret first."
    })
final class SecretShare implements Runnable {

  @Parameters(index = "0", paramLabel = "NAME", description = "The secret.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "COMMUNITY", description = "The community.")
  private String community = "";

  @Mixin private final Session session;
  @Mixin private final ScopeOptions scope;

  SecretShare(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
  }

  @Override
  public void run() {
    String path = SecretPath.of(name, "shares/" + Request.segment(community));
    session.use(
        broker -> {
          Request request = scope.of(broker.put(path)).body(Body.object());
          session.one(
              request.send(),
              Columns.of("community", "secret=secret_id", "shared=created_at", "id"));
          session.note(Visible.text(name + " is shared in " + community));
        });
  }
}
