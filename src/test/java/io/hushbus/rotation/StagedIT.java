package io.hushbus.rotation;

import static io.hushbus.support.World.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.lease.Lease;
import io.hushbus.lease.Run;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.LeaseId;
import io.hushbus.model.SecretName;
import io.hushbus.model.VersionState;
import io.hushbus.support.RunWorld;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A new version that some holders get before the others. */
final class StagedIT {

  private static World world;
  private static Turns turns;

  @BeforeAll
  static void start() {
    world = World.fresh();
    turns = new Turns(world.tenant("acme"));
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  private static Staging canary(LeaseId lease, Integer... waves) {
    return new Staging(Set.of(), Set.of(lease.value()), List.of(waves), Duration.ZERO);
  }

  private static String value(String name) {
    try (var leased = turns.acme.lease(turns.acme.demo, name)) {
      return TenantWorld.value(leased);
    }
  }

  @Test
  void it_is_pending_and_for_nobody_but_the_canary() {
    String name = turns.stored();
    LeaseId canary = turns.leased(name);
    LeaseId other = turns.leased(name);
    UUID rotation = turns.staged(name, "two", canary(canary));
    turns.rounds();
    assertThat(turns.phase(rotation)).isEqualTo(Phase.STAGED);
    assertThat(turns.state(name, 2)).isEqualTo(VersionState.PENDING);
    assertThat(turns.state(name, 1)).isEqualTo(VersionState.CURRENT);
    assertThat(turns.leasable(name)).isOne();
    assertThat(turns.advanced(other)).isOne();
    assertThat(turns.advanced(canary)).isEqualTo(2);
    assertThat(turns.holds(canary)).isTrue();
    assertThat(turns.told(name))
        .containsExactly("secret.created", "rotation.started", "secret.version.staged");
  }

  @Test
  void what_waits_is_not_destroyed() {
    String name = turns.stored();
    turns.staged(name, "two", canary(turns.leased(name)));
    assertThat(
            World.failure(
                turns.acme.world.removals.destroy(
                    turns.acme.grant(Action.SECRET_DESTROY, turns.acme.demo),
                    turns.acme.demo,
                    new SecretName(name),
                    2)))
        .isInstanceOf(Failure.Conflict.class);
    assertThat(turns.state(name, 2)).isEqualTo(VersionState.PENDING);
  }

  @Test
  void a_run_that_is_the_canary_has_it_first_with_all_its_leases_and_g4_holds_for_it() {
    String name = turns.stored();
    RunWorld runs = new RunWorld(turns.acme);
    Run canary = runs.open();
    LeaseId its;
    try (var leased = await(runs.leasing(canary.id(), name)).leases().getFirst()) {
      its = leased.lease().id();
    }
    LeaseId other = turns.leased(name);
    UUID rotation =
        turns.staged(
            name,
            "two",
            new Staging(Set.of(canary.id().value()), Set.of(), List.of(), Duration.ZERO));
    assertThat(
            world.row(
                "SELECT data->'runs'->>0 FROM event WHERE type ="
                    + " 'io.hushbus.secret.version.staged.v1' AND data->>'rotation' = '"
                    + rotation
                    + "'"))
        .isEqualTo(canary.id().toString());
    assertThat(turns.advanced(its)).isEqualTo(2);
    assertThat(turns.advanced(other)).isOne();
    turns.says(its, 2, Lease.Ack.Status.APPLIED);
    turns.rounds();
    assertThat(turns.phase(rotation)).isEqualTo(Phase.DRAINING);
  }

  @Test
  void once_the_canary_has_applied_it_the_version_is_current_and_the_old_one_drains() {
    String name = turns.stored();
    LeaseId canary = turns.leased(name);
    LeaseId other = turns.leased(name);
    UUID rotation = turns.staged(name, "two", canary(canary));
    turns.moves(canary);
    turns.rounds();
    assertThat(turns.phase(rotation)).isEqualTo(Phase.DRAINING);
    assertThat(turns.get(rotation).rotation().deadline()).isPresent();
    assertThat(turns.leasable(name)).isEqualTo(2);
    assertThat(turns.holds(other)).isTrue();
    assertThat(turns.told(name)).contains("secret.version.announced");
    turns.moves(other);
    turns.rounds();
    assertThat(turns.phase(rotation)).isEqualTo(Phase.COMPLETED);
    assertThat(turns.state(name, 1)).isEqualTo(VersionState.RETIRED);
  }

  @Test
  void a_failed_acknowledgement_rolls_back_and_the_new_version_drains() {
    String name = turns.stored();
    LeaseId canary = turns.leased(name);
    LeaseId other = turns.leased(name);
    UUID rotation = turns.staged(name, "two", canary(canary));
    turns.says(canary, turns.advanced(canary), Lease.Ack.Status.FAILED);
    turns.rounds();
    assertThat(turns.phase(rotation)).isEqualTo(Phase.FAILED);
    assertThat(turns.leasable(name)).isEqualTo(3);
    assertThat(value(name)).isEqualTo("one");
    assertThat(turns.holds(other)).isTrue();
    assertThat(turns.holds(canary)).isTrue();
    assertThat(turns.state(name, 2)).isIn(VersionState.PREVIOUS, VersionState.RETIRED);
    turns.moves(canary);
    turns.rounds();
    assertThat(turns.state(name, 2)).isEqualTo(VersionState.RETIRED);
    assertThat(turns.holds(other)).isTrue();
    assertThat(turns.told(name)).contains("rotation.failed");
  }

  @Test
  void waves_come_one_after_the_other_each_when_the_one_before_has_moved() {
    String name = turns.stored();
    List<LeaseId> holders = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      holders.add(turns.leased(name));
    }
    LeaseId canary = holders.getFirst();
    UUID rotation = turns.staged(name, "two", canary(canary, 30, 70));
    assertThat(having(holders)).containsExactly(canary);
    turns.says(canary, 2, Lease.Ack.Status.APPLIED);
    turns.rounds();
    List<LeaseId> first = having(holders);
    assertThat(turns.get(rotation).rotation().stage()).isOne();
    first.stream()
        .filter(one -> !one.equals(canary))
        .forEach(one -> turns.says(one, 2, Lease.Ack.Status.APPLIED));
    turns.rounds();
    List<LeaseId> second = having(holders);
    assertThat(second).containsAll(first);
    assertThat(turns.get(rotation).rotation().stage()).isEqualTo(2);
    second.stream()
        .filter(one -> !first.contains(one))
        .forEach(one -> turns.says(one, 2, Lease.Ack.Status.APPLIED));
    turns.rounds();
    assertThat(turns.phase(rotation)).isEqualTo(Phase.DRAINING);
    assertThat(having(holders)).hasSize(24);
  }

  /** Who gets the new version when it asks. */
  private static List<LeaseId> having(List<LeaseId> holders) {
    return holders.stream().filter(one -> turns.advanced(one) == 2).toList();
  }

  @Test
  void a_change_while_it_is_staged_takes_over() {
    String name = turns.stored();
    LeaseId canary = turns.leased(name);
    UUID rotation = turns.staged(name, "two", canary(canary));
    turns.advanced(canary);
    UUID next = turns.changed(name, "three");
    assertThat(turns.phase(rotation)).isEqualTo(Phase.SUPERSEDED);
    assertThat(turns.state(name, 2)).isEqualTo(VersionState.PREVIOUS);
    assertThat(turns.holds(canary)).isTrue();
    assertThat(turns.leasable(name)).isEqualTo(3);
    turns.moves(canary);
    turns.rounds();
    assertThat(turns.phase(next)).isEqualTo(Phase.COMPLETED);
  }

  @Test
  void it_can_be_aborted_and_is_not_retired_early() {
    String name = turns.stored();
    LeaseId canary = turns.leased(name);
    UUID rotation = turns.staged(name, "two", canary(canary));
    turns.advanced(canary);
    assertThatThrownBy(() -> turns.retiredNow(rotation)).isInstanceOf(Failure.Conflict.class);
    Rotations.View back = turns.aborted(rotation);
    assertThat(back.rotation().to()).isEqualTo(3);
    assertThat(turns.phase(rotation)).isEqualTo(Phase.ABORTED);
    assertThat(turns.holds(canary)).isTrue();
    assertThat(value(name)).isEqualTo("one");
  }

  @Test
  void a_restart_of_the_loop_on_another_node_goes_on_where_it_stood() {
    String name = turns.stored();
    LeaseId canary = turns.leased(name);
    UUID rotation = turns.staged(name, "two", canary(canary));
    turns.moves(canary);
    // The node that had the loop is gone, and its time with it.
    world.rows("UPDATE job SET expires_at = '2020-01-01' WHERE name = 'rotation' RETURNING 1");
    try (World other = world.anotherNode()) {
      await(other.rounds.runOnce());
    }
    assertThat(turns.phase(rotation)).isEqualTo(Phase.DRAINING);
    world.rows("UPDATE job SET expires_at = '2020-01-01' WHERE name = 'rotation' RETURNING 1");
  }
}
