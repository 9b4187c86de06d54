package io.hushbus.lease;

import io.hushbus.model.Failure;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Scope;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a runner says of a run that it opens.
 *
 * @param heartbeat within which time it will beat each time; empty: as configured
 * @param sealedTo the key that all its values are to be sealed to
 */
public record RunAsk(
    Scope scope,
    Optional<ObjectName> environment,
    String externalId,
    int attempt,
    Optional<Instant> deadline,
    Optional<Duration> heartbeat,
    Optional<HolderKey> sealedTo) {

  /** A run whose values are not sealed. */
  public RunAsk(
      Scope scope,
      Optional<ObjectName> environment,
      String externalId,
      int attempt,
      Optional<Instant> deadline,
      Optional<Duration> heartbeat) {
    this(scope, environment, externalId, attempt, deadline, heartbeat, Optional.empty());
  }

  /** The shortest time between heartbeats. */
  public static final Duration SHORTEST = Duration.ofSeconds(1);

  /** The longest time between heartbeats. */
  public static final Duration LONGEST = Duration.ofHours(24);

  /** The longest life that a deadline can give. */
  static final Duration FARTHEST = Duration.ofDays(3660);

  private static final Pattern EXTERNAL = Pattern.compile("[!-~]{1,200}");

  /** Refuses what no run can have; the deadline is judged by the database's time later. */
  public RunAsk {
    if (scope.inProject().isEmpty()) {
      throw Failure.invalid("/project", Failure.Code.MISSING_FIELD);
    }
    if (!EXTERNAL.matcher(externalId).matches()) {
      throw Failure.invalid("/external_id", Failure.Code.BAD_FORMAT);
    }
    if (attempt < 1) {
      throw Failure.invalid("/attempt", Failure.Code.OUT_OF_RANGE);
    }
    if (heartbeat.filter(RunAsk::outOfRange).isPresent()) {
      throw Failure.invalid("/heartbeat_ttl", Failure.Code.OUT_OF_RANGE);
    }
  }

  private static boolean outOfRange(Duration wanted) {
    return wanted.compareTo(SHORTEST) < 0 || wanted.compareTo(LONGEST) > 0;
  }

  Optional<Run.Delivery> delivery() {
    return sealedTo.map(HolderKey::kept);
  }

  Run.Life life(Instant now, Duration usual) {
    if (deadline.filter(end -> !end.isAfter(now) || end.isAfter(now.plus(FARTHEST))).isPresent()) {
      throw Failure.invalid("/deadline", Failure.Code.OUT_OF_RANGE);
    }
    return new Run.Life(
        now,
        now,
        now.plus(heartbeat.orElse(usual)),
        deadline.map(end -> end.truncatedTo(ChronoUnit.MILLIS)),
        Optional.empty(),
        Optional.empty());
  }
}
