package io.hushbus.cli;

import io.hushbus.client.HushbusClient;
import io.hushbus.client.Operation;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hushbus key rotate}: begins a rotation and, if asked to, waits for its end. */
@Command(
    name = "rotate",
    description = {
      "Rotate the key of a tenant, or the root key.",
      "For the root key, first start every node with the new key as root_key and the old one as"
          + " root_key.previous."
    },
    mixinStandardHelpOptions = true)
final class KeyRotate implements Callable<Integer> {

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

  @Mixin private ClientOptions options = new ClientOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    try (HushbusClient client = options.client()) {
      Operation begun =
          what.tenant != null ? client.rotateTenantKey(what.tenant) : client.rotateRootKey();
      var out = spec.commandLine().getOut();
      out.println("operation " + begun.id());
      out.flush();
      if (wait) {
        ended(Progress.follow(begun, client::operation, Duration.ofMillis(500)));
      }
      return Exit.OK;
    }
  }

  private void ended(Operation operation) {
    if (!operation.succeeded()) {
      throw new CommandFailure(
          Exit.GENERAL,
          "the rotation has %s (%s): the broker's log says which rows; the old key stays in use for them"
              .formatted(operation.state(), operation.problem().orElse("no reason given")));
    }
    spec.commandLine().getOut().println("rotated");
    spec.commandLine().getOut().flush();
  }
}
