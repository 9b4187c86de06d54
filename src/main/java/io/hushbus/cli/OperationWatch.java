package io.hushbus.cli;

import io.hushbus.client.HushbusClient;
import io.hushbus.client.Operation;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code hushbus operation watch}: waits for the end of long work, and shows how it goes. */
@Command(name = "watch", description = "Wait for the end, and show how it goes.")
final class OperationWatch implements Runnable {

  private static final Duration PAUSE = Duration.ofMillis(500);

  @Parameters(paramLabel = "ID", description = "Its id.")
  private String id = "";

  @Mixin private final Session session;

  OperationWatch(Surroundings around) {
    session = new Session(around);
  }

  @Override
  public void run() {
    session.use(broker -> follow(session, broker, broker.operation(id), PAUSE));
  }

  /**
   * @throws CommandFailure if it did not succeed
   */
  static void follow(Session session, HushbusClient broker, Operation begun, Duration pause) {
    Operation ended = Progress.follow(session.around(), begun, broker::operation, pause);
    if (!ended.succeeded()) {
      throw new CommandFailure(
          Exit.GENERAL,
          "the work has %s (%s): the broker's log says more"
              .formatted(ended.state(), ended.problem().orElse("no reason given")));
    }
    session.note(ended.kind() + " succeeded");
  }
}
