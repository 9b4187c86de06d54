package io.hushbus.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.model.EntryName;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretName;
import io.hushbus.model.VersionState;
import io.hushbus.secret.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The plan over ten thousand random standings, and by examples. */
final class RotationPlanTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final int CASES = 10_000;
  private static final long SEED = 20_261_121;

  private static Version version(
      int number, VersionState state, int content, Optional<Instant> until) {
    return new Version(
        number,
        state,
        1,
        List.of(EntryName.VALUE),
        new byte[] {(byte) content},
        "service_account:x",
        NOW,
        until);
  }

  private static Rotation rotation(Strategy strategy, Phase phase, int from, int to) {
    return new Rotation(
        new UUID(1, 2),
        new SecretId(new UUID(3, 4)),
        new Scope.Organization(),
        new SecretName("secret"),
        from,
        to,
        strategy,
        phase,
        Duration.ofHours(1),
        Optional.empty(),
        new Staging(Set.of(), Set.of(), List.of(10, 50), Duration.ofMinutes(5)),
        0,
        Optional.of(NOW.minusSeconds(600)),
        "service_account:x",
        NOW.minusSeconds(600),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private record Case(List<Version> held, Map<Integer, Long> holders) {

    static Case random(SplittableRandom random) {
      List<Version> held = new ArrayList<>();
      Map<Integer, Long> holders = new HashMap<>();
      int versions = random.nextInt(6);
      for (int number = 1; number <= versions; number++) {
        Optional<Instant> until =
            random.nextInt(4) == 0
                ? Optional.empty()
                : Optional.of(NOW.plusSeconds(random.nextInt(-2, 3)));
        held.add(version(number, VersionState.PREVIOUS, random.nextInt(3), until));
        if (random.nextBoolean()) {
          holders.put(number, random.nextLong(3));
        }
      }
      held.add(version(versions + 1, VersionState.CURRENT, random.nextInt(3), Optional.empty()));
      return new Case(held, holders);
    }

    Version current() {
      return held.getLast();
    }

    boolean holds(Version version) {
      return holders.getOrDefault(version.number(), 0L) > 0;
    }

    RotationPlan.Step step() {
      return RotationPlan.next(
          rotation(Strategy.DRAIN, Phase.DRAINING, 1, held.size()),
          new RotationPlan.Standing(held, holders, Optional.empty()),
          NOW);
    }
  }

  @Test
  void what_is_retired_is_over_and_everything_that_is_over_is_retired() {
    for (int n = 0; n < CASES; n++) {
      Case one = Case.random(new SplittableRandom(SEED + n));
      List<Version> retired =
          one.step() instanceof RotationPlan.Retire retire ? retire.versions() : List.of();
      for (Version version : one.held()) {
        boolean older = version.state() == VersionState.PREVIOUS;
        boolean same = version.sameContent(one.current());
        boolean over = !version.holdable(NOW) || !one.holds(version);
        assertThat(retired.contains(version))
            .as("case %d: %s", n, version)
            .isEqualTo(older && !same && over);
      }
    }
  }

  @Test
  void it_is_complete_exactly_when_no_other_content_is_left() {
    for (int n = 0; n < CASES; n++) {
      Case one = Case.random(new SplittableRandom(SEED + n));
      boolean complete = one.step() instanceof RotationPlan.Retire retire && retire.complete();
      boolean left =
          one.held().stream()
              .filter(version -> !version.sameContent(one.current()))
              .anyMatch(version -> version.holdable(NOW) && one.holds(version));
      assertThat(complete).as("case %d", n).isEqualTo(!left);
    }
  }

  @Test
  void a_version_is_over_at_its_deadline_and_not_a_moment_before() {
    Version version = version(1, VersionState.PREVIOUS, 1, Optional.of(NOW));
    assertThat(version.holdable(NOW.minusNanos(1))).isTrue();
    assertThat(version.holdable(NOW)).isFalse();
  }

  private static RotationPlan.Step staged(int stage, RotationPlan.StageCounts counts, Instant now) {
    List<Version> held =
        List.of(
            version(1, VersionState.CURRENT, 1, Optional.empty()),
            version(2, VersionState.PENDING, 2, Optional.empty()));
    Rotation rotation =
        rotation(Strategy.STAGED, Phase.STAGED, 1, 2).inStage(stage, NOW.minusSeconds(600));
    return RotationPlan.next(
        rotation, new RotationPlan.Standing(held, Map.of(), Optional.of(counts)), now);
  }

  @Test
  void a_stage_ends_when_all_of_it_have_moved_and_it_has_gone_well_for_the_pause() {
    var well = new RotationPlan.StageCounts(3, 3, 0);
    assertThat(staged(0, well, NOW)).isEqualTo(new RotationPlan.NextStage(1));
    assertThat(staged(1, well, NOW)).isEqualTo(new RotationPlan.NextStage(2));
    assertThat(staged(2, well, NOW)).isEqualTo(new RotationPlan.Promote());
    assertThat(staged(0, well, NOW.minusSeconds(301))).isEqualTo(new RotationPlan.Wait());
    assertThat(staged(0, new RotationPlan.StageCounts(3, 2, 0), NOW))
        .isEqualTo(new RotationPlan.Wait());
  }

  @Test
  void one_failure_is_enough_to_go_back() {
    assertThat(staged(1, new RotationPlan.StageCounts(9, 8, 1), NOW))
        .isEqualTo(new RotationPlan.RollBack());
  }

  @Test
  void who_does_not_take_it_in_time_sends_it_back_too() {
    assertThat(staged(0, new RotationPlan.StageCounts(3, 2, 0), NOW.plusSeconds(3_600)))
        .isEqualTo(new RotationPlan.RollBack());
  }

  @Test
  void what_is_over_is_left_alone() {
    Case any = Case.random(new SplittableRandom(SEED));
    for (Phase phase : Phase.values()) {
      if (phase.over()) {
        assertThat(
                RotationPlan.next(
                    rotation(Strategy.DRAIN, phase, 1, 2),
                    new RotationPlan.Standing(any.held(), any.holders(), Optional.empty()),
                    NOW))
            .isEqualTo(new RotationPlan.Wait());
      }
    }
  }
}
