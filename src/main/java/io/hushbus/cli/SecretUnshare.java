package io.hushbus.cli;

import io.hushbus.client.Request;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code hushbus secret unshare}: ends a share, with all that came of it. */
@Command(name = "unshare", description = "End a share, with its adoptions and the leases by them.")
final class SecretUnshare implements Runnable {

  @Parameters(index = "0", paramLabel = "NAME", description = "The secret.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "COMMUNITY", description = "The community.")
  private String community = "";

  @Mixin private final Session session;
  @Mixin private final ScopeOptions scope;
  @Mixin private final Confirmation confirmation = new Confirmation();

  SecretUnshare(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
  }

  @Override
  public void run() {
    String path = SecretPath.of(name, "shares/" + Request.segment(community));
    session.use(
        broker -> {
          confirmation.ask(
              session,
              Visible.text(
                  "End the share of %s in %s, its adoptions and their leases?"
                      .formatted(name, community)));
          scope.of(broker.delete(path)).send();
          session.note(Visible.text(name + " is not shared in " + community + " any more"));
        });
  }
}
