package io.hushbus.rotation;

import io.hushbus.model.VersionState;
import io.hushbus.secret.Version;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be done next about the versions of a secret: a pure function of what is there and of
 * the database's time. It decides nothing that is not decided already: a version whose time is over
 * has no holders from that instant on, whether or not anybody comes to retire it.
 */
final class RotationPlan {

  private RotationPlan() {}

  /**
   * What is known of a secret that is being rotated.
   *
   * @param held the versions that somebody may hold, in order
   * @param holders how many live leases hold each of them, as the oldest they may still use
   * @param stage of a staged rotation: how those who have the new version fare
   */
  record Standing(List<Version> held, Map<Integer, Long> holders, Optional<StageCounts> stage) {}

  /** How many have a staged version, how many have taken it well, how many could not. */
  record StageCounts(long included, long moved, long failed) {}

  /** What to do. */
  sealed interface Step {}

  /** Nothing yet. */
  record Wait() implements Step {}

  /**
   * These versions are over; the rotation goes on if others are not.
   *
   * @param complete whether the rotation is over with them
   */
  record Retire(List<Version> versions, boolean complete) implements Step {}

  /** A stage went well: to the next one. */
  record NextStage(int stage) implements Step {}

  /** Every stage went well: the version becomes current. */
  record Promote() implements Step {}

  /** A holder could not take it, or did not in time: back to the content before. */
  record RollBack() implements Step {}

  static Step next(Rotation rotation, Standing standing, Instant now) {
    return switch (rotation.phase()) {
      case STAGED -> staged(rotation, standing, now);
      case DRAINING -> draining(standing, now);
      case COMPLETED, ABORTED, SUPERSEDED, FAILED -> new Wait();
    };
  }

  private static Step draining(Standing standing, Instant now) {
    Version current = current(standing.held());
    List<Version> older =
        standing.held().stream()
            .filter(version -> version.state() == VersionState.PREVIOUS)
            .filter(version -> !version.sameContent(current))
            .toList();
    List<Version> over = older.stream().filter(version -> over(version, standing, now)).toList();
    boolean complete = over.size() == older.size();
    return over.isEmpty() && !complete ? new Wait() : new Retire(over, complete);
  }

  /** Its time has passed, or nobody holds it. */
  private static boolean over(Version version, Standing standing, Instant now) {
    return !version.holdable(now) || standing.holders().getOrDefault(version.number(), 0L) == 0;
  }

  private static Version current(List<Version> held) {
    return held.stream()
        .filter(version -> version.state() == VersionState.CURRENT)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("a living secret has a current version"));
  }

  private static Step staged(Rotation rotation, Standing standing, Instant now) {
    StageCounts counts = standing.stage().orElse(new StageCounts(0, 0, 0));
    Instant since = rotation.stageAt().orElse(rotation.startedAt());
    boolean well = counts.moved() >= counts.included();
    boolean late = !now.isBefore(since.plus(rotation.grace()));
    if (counts.failed() > 0 || (late && !well)) {
      return new RollBack();
    }
    boolean rested = !now.isBefore(since.plus(rotation.staging().pause()));
    if (!well || !rested) {
      return new Wait();
    }
    int next = rotation.stage() + 1;
    return next < rotation.staging().stages() ? new NextStage(next) : new Promote();
  }
}
