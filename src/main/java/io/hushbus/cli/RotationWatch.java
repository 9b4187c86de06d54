package io.hushbus.cli;

import io.hushbus.client.HushbusClient;
import io.hushbus.client.Json;
import io.hushbus.client.Refused;
import io.hushbus.client.Request;
import io.hushbus.client.Unreachable;
import java.time.Duration;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code hushbus rotation watch}: says each change until the rotation has ended. */
@Command(
    name = "watch",
    description = {
      "Follow a rotation until it ends.",
      "Ends with 0 if it was completed, with 1 if it was not."
    })
final class RotationWatch implements Runnable {

  private static final Set<String> ENDED = Set.of("completed", "aborted", "superseded", "failed");
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int MOST_FAILURES = 20;

  @Parameters(paramLabel = "ROTATION", description = "Its id, or a secret's name: the newest.")
  private String id = "";

  @Mixin private final ScopeOptions scope;
  @Mixin private final Session session;
  private String told = "";

  RotationWatch(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
  }

  @Override
  public void run() {
    session.use(this::watch);
  }

  private void watch(HushbusClient broker) {
    String path = "/rotations/" + Request.segment(new Ids(broker).rotation(id, scope));
    Json now = broker.get(path).send().json();
    int failures = 0;
    while (tell(now)) {
      pause();
      try {
        now = broker.get(path).send().json();
        failures = 0;
      } catch (Unreachable | Refused away) {
        if (++failures == MOST_FAILURES || (away instanceof Refused no && !no.retryable())) {
          throw away;
        }
      }
    }
    session.one(now, WorkNouns.ROTATION_COLUMNS);
    if (!now.text("phase").equals("completed")) {
      throw new CommandFailure(
          Exit.GENERAL, "the rotation was not completed: it is " + now.text("phase"));
    }
  }

  /** Whether it goes on. */
  private boolean tell(Json rotation) {
    String line =
        rotation.text("phase")
            + rotation.optionalObject("holders").map(RotationWatch::moved).orElse("");
    if (!line.equals(told)) {
      told = line;
      session.note(line);
    }
    return !ENDED.contains(rotation.text("phase"));
  }

  /** An ended rotation has no holders to tell of. */
  private static String moved(Json holders) {
    return ": %d of %d moved, %d pending, %d failed"
        .formatted(
            holders.optionalNumber("moved").orElse(0),
            holders.optionalNumber("total").orElse(0),
            holders.optionalNumber("pending").orElse(0),
            holders.optionalNumber("failed").orElse(0));
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(Exit.GENERAL, "interrupted: the rotation goes on");
    }
  }
}
