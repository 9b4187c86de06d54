package io.hushbus.rotation;

import io.hushbus.crypto.Canonical;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretName;
import io.hushbus.model.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The change of a secret from one version to the next.
 *
 * @param scope of the secret
 * @param name of the secret, as it is now
 * @param deadline when the version before ends for its holders; empty where it does not, since both
 *     have the same content, or not yet
 * @param stage of a staged one: 0 for the canaries, then the waves
 * @param undoes the rotation whose old content this one made current again
 * @param end what became of the holders, once it is over
 */
public record Rotation(
    UUID id,
    SecretId secret,
    Scope scope,
    SecretName name,
    int from,
    int to,
    Strategy strategy,
    Phase phase,
    Duration grace,
    Optional<Instant> deadline,
    Staging staging,
    int stage,
    Optional<Instant> stageAt,
    String startedBy,
    Instant startedAt,
    Optional<Instant> endedAt,
    Optional<UUID> undoes,
    Optional<End> end) {

  /** A lease that was left behind, and who had it. */
  public record Laggard(UUID lease, String holder) {}

  /**
   * What became of the holders.
   *
   * @param laggards how many were left behind
   * @param named the first hundred of them
   */
  public record End(long total, long moved, long failed, long laggards, List<Laggard> named) {

    public End {
      named = List.copyOf(named);
    }
  }

  /** What the row's MAC covers. */
  Canonical canonical(TenantId tenant) {
    Canonical row =
        Canonical.of("rotation/1")
            .id(tenant.value())
            .id(id)
            .id(secret.value())
            .id(scope.inProject().map(Scope.Place::id).orElse(null))
            .id(scope.inDomain().map(Scope.Place::id).orElse(null))
            .number(from)
            .number(to)
            .text(strategy.word())
            .text(phase.word())
            .number(grace.toSeconds())
            .time(deadline.orElse(null))
            .number(stage)
            .time(stageAt.orElse(null))
            .text(startedBy)
            .time(startedAt)
            .time(endedAt.orElse(null))
            .id(undoes.orElse(null))
            .number(staging.pause().toSeconds())
            .number(staging.waves().size());
    staging.waves().forEach(row::number);
    row.number(staging.runs().size());
    staging.runs().stream().sorted().forEach(row::id);
    row.number(staging.leases().size());
    staging.leases().stream().sorted().forEach(row::id);
    end.ifPresent(known -> known(row, known));
    return row;
  }

  private static void known(Canonical row, End end) {
    row.number(end.total()).number(end.moved()).number(end.failed()).number(end.laggards());
    end.named().forEach(one -> row.id(one.lease()).text(one.holder()));
  }

  /** The same, over. */
  Rotation ended(Phase how, Instant now, Optional<End> holders) {
    return new Rotation(
        id,
        secret,
        scope,
        name,
        from,
        to,
        strategy,
        how,
        grace,
        deadline,
        staging,
        stage,
        stageAt,
        startedBy,
        startedAt,
        Optional.of(now),
        undoes,
        holders);
  }

  /** The same in its next stage. */
  Rotation inStage(int next, Instant now) {
    return moved(Phase.STAGED, deadline, next, Optional.of(now));
  }

  /** The same once its version is the current one. */
  Rotation draining(Optional<Instant> until) {
    return moved(Phase.DRAINING, until, stage, stageAt);
  }

  private Rotation moved(
      Phase next, Optional<Instant> until, int toStage, Optional<Instant> since) {
    return new Rotation(
        id, secret, scope, name, from, to, strategy, next, grace, until, staging, toStage, since,
        startedBy, startedAt, endedAt, undoes, end);
  }
}
