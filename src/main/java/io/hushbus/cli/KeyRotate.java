package io.hushbus.cli;

import io.hushbus.client.HushbusClient;
import io.hushbus.client.Operation;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hushbus key rotate}: begins a rotation and, if asked to, waits for its end. */
@Command(
    name = "rotate",
    description = {
      "Rotate the key of a tenant, or the root key.",
      "For the root key, first start every node with the new key as root_key and the old one as"
          + " root_key.previous."
    })
final class KeyRotate implements Runnable {

  static final class What {
    @Option(names = "--tenant", paramLabel = "NAME", description = "The key of this tenant.")
    @Nullable String tenant;

    @Option(names = "--root", description = "The root key of the installation.")
    boolean root;
  }

  @ArgGroup(multiplicity = "1")
  private What what = new What();

  @Option(names = "--wait", description = "Wait for the end, and show how it goes.")
  private boolean wait;

  @Mixin private final Session session;

  KeyRotate(Surroundings around) {
    session = new Session(around);
  }

  @Override
  public void run() {
    session.use(this::rotate);
  }

  private void rotate(HushbusClient broker) {
    Operation begun =
        what.tenant != null ? broker.rotateTenantKey(what.tenant) : broker.rotateRootKey();
    session.around().out().println("operation " + begun.id());
    if (wait) {
      ended(Progress.follow(session.around(), begun, broker::operation, Duration.ofMillis(500)));
    }
  }

  private void ended(Operation operation) {
    if (!operation.succeeded()) {
      throw new CommandFailure(
          Exit.GENERAL,
          "the rotation has %s (%s): the broker's log says which rows; the old key stays in use for them"
              .formatted(operation.state(), operation.problem().orElse("no reason given")));
    }
    session.around().out().println("rotated");
  }
}
