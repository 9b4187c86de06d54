package io.hushbus.rotation;

import static io.hushbus.support.World.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.db.JobLease;
import io.hushbus.db.SystemTx;
import io.hushbus.lease.Holders;
import io.hushbus.lease.Lease;
import io.hushbus.lease.LeaseAsk;
import io.hushbus.lease.LeaseLimit;
import io.hushbus.model.Action;
import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.LeaseId;
import io.hushbus.model.SecretName;
import io.hushbus.model.SecretValue;
import io.hushbus.model.VersionState;
import io.hushbus.secret.ContentPatch;
import io.hushbus.support.World;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What holders of an old version have, until when, and what becomes of those who stay behind. */
final class DrainIT {

  private static final Duration HOUR = Duration.ofHours(1);

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

  @Test
  void the_new_version_is_current_for_new_leases_at_once() {
    String name = turns.stored();
    turns.drained(name, "two", HOUR);
    assertThat(turns.leasable(name)).isEqualTo(2);
  }

  @Test
  void the_old_version_stays_valid_for_its_holders() {
    String name = turns.stored();
    LeaseId holder = turns.leased(name);
    turns.drained(name, "two", HOUR);
    turns.rounds();
    assertThat(turns.holds(holder)).isTrue();
    assertThat(turns.state(name, 1)).isEqualTo(VersionState.PREVIOUS);
  }

  @Test
  void when_the_last_holder_has_ended_the_old_version_is_retired() {
    String name = turns.stored();
    LeaseId first = turns.leased(name);
    LeaseId second = turns.leased(name);
    UUID rotation = turns.drained(name, "two", HOUR).rotation().id();
    turns.end(first);
    turns.rounds();
    assertThat(turns.state(name, 1)).isEqualTo(VersionState.PREVIOUS);
    turns.end(second);
    turns.rounds();
    assertThat(turns.state(name, 1)).isEqualTo(VersionState.RETIRED);
    assertThat(turns.phase(rotation)).isEqualTo(Phase.COMPLETED);
    assertThat(turns.get(rotation).rotation().end().orElseThrow().laggards()).isZero();
  }

  @Test
  void what_nobody_holds_is_retired_in_the_next_round() {
    String name = turns.stored();
    UUID rotation = turns.changed(name, "two");
    turns.rounds();
    assertThat(turns.phase(rotation)).isEqualTo(Phase.COMPLETED);
    assertThat(turns.state(name, 1)).isEqualTo(VersionState.RETIRED);
  }

  @Test
  void at_the_deadline_holders_lose_it_with_no_loop_running() {
    String name = turns.stored();
    LeaseId holder = turns.leased(name);
    turns.drained(name, "two", Duration.ZERO);
    assertThat(turns.holds(holder)).isFalse();
    assertThat(turns.state(name, 1)).isEqualTo(VersionState.PREVIOUS);
  }

  @Test
  void after_the_deadline_the_old_version_is_retired_and_laggards_are_named_and_revoked() {
    String name = turns.stored();
    LeaseId holder = turns.leased(name);
    UUID rotation = turns.drained(name, "two", Duration.ZERO).rotation().id();
    turns.rounds();
    assertThat(turns.state(name, 1)).isEqualTo(VersionState.RETIRED);
    Rotation over = turns.get(rotation).rotation();
    assertThat(over.phase()).isEqualTo(Phase.COMPLETED);
    assertThat(over.end().orElseThrow().named())
        .containsExactly(new Rotation.Laggard(holder.value(), turns.acme.someone.toString()));
    assertThat(turns.lease(holder).lease().revokedAt()).isPresent();
    assertThat(turns.told(name))
        .containsExactly(
            "secret.created",
            "secret.version.announced",
            "rotation.started",
            "secret.version.retired",
            "rotation.completed");
    assertThat(
            world.rows(
                "SELECT data->'leases'->0->>'lease_id' FROM event"
                    + " WHERE type = 'io.hushbus.lease.revoked.v1'"))
        .contains(holder.toString());
  }

  @Test
  void immediate_ends_the_old_version_at_once() {
    String name = turns.stored();
    LeaseId holder = turns.leased(name);
    turns.started(name, "two", Strategy.IMMEDIATE, HOUR);
    assertThat(turns.state(name, 1)).isEqualTo(VersionState.RETIRED);
    assertThat(turns.holds(holder)).isFalse();
  }

  @Test
  void an_immediate_rotation_names_whom_it_left_behind() {
    String name = turns.stored();
    LeaseId holder = turns.leased(name);
    UUID rotation = turns.started(name, "two", Strategy.IMMEDIATE, HOUR).rotation().id();
    turns.rounds();
    assertThat(turns.get(rotation).rotation().end().orElseThrow().named())
        .extracting(Rotation.Laggard::lease)
        .containsExactly(holder.value());
  }

  @Test
  void retire_now_ends_the_time_of_those_who_have_not_moved() {
    String name = turns.stored();
    LeaseId holder = turns.leased(name);
    UUID rotation = turns.drained(name, "two", HOUR).rotation().id();
    assertThat(turns.retiredNow(rotation).rotation().phase()).isEqualTo(Phase.COMPLETED);
    assertThat(turns.holds(holder)).isFalse();
    assertThatThrownBy(() -> turns.retiredNow(rotation)).isInstanceOf(Failure.Conflict.class);
  }

  @Test
  void a_holder_has_moved_by_saying_that_it_applied_the_new_version_and_not_by_taking_it() {
    String name = turns.stored();
    LeaseId holder = turns.leased(name);
    UUID rotation = turns.drained(name, "two", HOUR).rotation().id();
    assertThat(turns.advanced(holder)).isEqualTo(2);
    turns.rounds();
    assertThat(turns.get(rotation).counts()).contains(new Holders.Counts(1, 0, 0));
    assertThat(turns.state(name, 1)).isEqualTo(VersionState.PREVIOUS);
    turns.says(holder, 2, Lease.Ack.Status.APPLIED);
    turns.rounds();
    assertThat(turns.phase(rotation)).isEqualTo(Phase.COMPLETED);
    assertThat(turns.state(name, 1)).isEqualTo(VersionState.RETIRED);
    assertThat(turns.get(rotation).counts()).contains(new Holders.Counts(1, 1, 0));
    assertThat(turns.holds(holder)).isTrue();
  }

  @Test
  void failed_and_deferred_stay_pending_until_the_deadline() {
    String name = turns.stored();
    LeaseId failing = turns.leased(name);
    LeaseId deferring = turns.leased(name);
    UUID rotation = turns.drained(name, "two", HOUR).rotation().id();
    turns.says(failing, turns.advanced(failing), Lease.Ack.Status.FAILED);
    turns.says(deferring, turns.advanced(deferring), Lease.Ack.Status.DEFERRED);
    turns.rounds();
    assertThat(turns.phase(rotation)).isEqualTo(Phase.DRAINING);
    assertThat(turns.get(rotation).counts()).contains(new Holders.Counts(2, 0, 1));
    assertThat(turns.holds(failing)).isTrue();
    turns.retiredNow(rotation);
    assertThat(turns.holds(failing)).isFalse();
    assertThat(turns.holds(deferring)).isFalse();
    assertThat(turns.get(rotation).rotation().end().orElseThrow().laggards()).isEqualTo(2);
  }

  @Test
  void progress_is_told() {
    String name = turns.stored();
    LeaseId first = turns.leased(name);
    turns.leased(name);
    turns.drained(name, "two", HOUR);
    turns.moves(first);
    turns.rounds();
    assertThat(turns.told(name)).contains("rotation.progress").doesNotContain("rotation.completed");
  }

  @Test
  void a_renewal_says_until_when_the_version_is_valid() {
    String name = turns.stored();
    LeaseId holder = turns.leased(name);
    var deadline = turns.drained(name, "two", HOUR).rotation().deadline();
    var renewed =
        await(
            world.leases.renew(
                turns.acme.grant(turns.acme.someone, Action.LEASE_RENEW),
                holder,
                Optional.empty()));
    assertThat(renewed.drains()).isEqualTo(deadline);
    turns.moves(holder);
    renewed =
        await(
            world.leases.renew(
                turns.acme.grant(turns.acme.someone, Action.LEASE_RENEW),
                holder,
                Optional.empty()));
    assertThat(renewed.drains()).isEmpty();
  }

  @Test
  void a_renewal_lasts_no_longer_than_the_version_that_is_held_and_says_so() {
    String name = turns.stored();
    LeaseId holder = turns.leased(name);
    var deadline =
        turns.drained(name, "two", Duration.ofMinutes(5)).rotation().deadline().orElseThrow();
    var renewed = renewed(holder);
    assertThat(renewed.lease().terms().expiresAt()).isEqualTo(deadline);
    assertThat(renewed.limit()).contains(LeaseLimit.VERSION);
    turns.moves(holder);
    renewed = renewed(holder);
    assertThat(renewed.lease().terms().expiresAt()).isAfter(deadline);
    assertThat(renewed.limit()).isEmpty();
  }

  private static io.hushbus.lease.Leases.Renewed renewed(LeaseId lease) {
    return await(
        world.leases.renew(
            turns.acme.grant(turns.acme.someone, Action.LEASE_RENEW),
            lease,
            Optional.of(Duration.ofMinutes(15))));
  }

  @Test
  void whoever_says_nothing_else_drains_for_the_configured_grace() {
    String name = turns.stored();
    turns.leased(name);
    Rotation rotation = turns.get(turns.changed(name, "two")).rotation();
    assertThat(rotation.strategy()).isEqualTo(Strategy.DRAIN);
    assertThat(rotation.deadline()).contains(rotation.startedAt().plus(World.GRACE));
  }

  @Test
  void a_newer_version_than_the_one_to_move_to_is_as_good() {
    String name = turns.stored();
    LeaseId holder = turns.leased(name);
    turns.changed(name, "two");
    UUID newest = turns.changed(name, "three");
    turns.moves(holder);
    turns.rounds();
    assertThat(turns.get(newest).counts()).contains(new Holders.Counts(1, 1, 0));
    assertThat(turns.phase(newest)).isEqualTo(Phase.COMPLETED);
    assertThat(turns.state(name, 1)).isEqualTo(VersionState.RETIRED);
    assertThat(turns.state(name, 2)).isEqualTo(VersionState.RETIRED);
  }

  @Test
  void every_way_to_change_a_value_begins_a_rotation() {
    String name = turns.stored();
    assertThat(turns.changed(name, "two")).isNotNull();
    assertThat(rotations(name)).isOne();
    await(
        world.changes.patch(
            turns.acme.grant(Action.SECRET_CHANGE, turns.acme.demo),
            turns.acme.demo,
            new SecretName(pairs()),
            new ContentPatch(
                Map.of(new EntryName("more"), Optional.of(SecretValue.ofText("patched")))),
            io.hushbus.secret.Preconditions.NONE));
    assertThat(rotations("pairs")).isOne();
    await(
        world.changes.restore(
            turns.acme.grant(Action.SECRET_CHANGE, turns.acme.demo),
            turns.acme.demo,
            new SecretName(name),
            1,
            io.hushbus.secret.Preconditions.NONE));
    assertThat(rotations(name)).isEqualTo(2);
    turns.rounds();
    turns.drained(name, "four", HOUR);
    assertThat(rotations(name)).isEqualTo(3);
  }

  private static String pairs() {
    turns.acme.createPairs(turns.acme.demo, "pairs", "one", "first");
    return "pairs";
  }

  private static int rotations(String name) {
    return Integer.parseInt(
        world.row(
            "SELECT count(*) FROM rotation r JOIN secret s USING (tenant_id, secret_id)"
                + " WHERE s.name = '"
                + name
                + "'"));
  }

  @Test
  void
      who_takes_nothing_in_while_it_runs_stays_pending_to_the_deadline_and_comes_first_in_a_rehearsal() {
    String name = turns.stored();
    LeaseId able = leased(name, "callback");
    LeaseId never = leased(name, "never");
    LeaseId later = leased(name, "next-run");
    Rehearsal seen =
        await(
            world.rotations.rehearse(
                turns.acme.grant(Action.ROTATION_START, turns.acme.demo),
                turns.acme.demo,
                new SecretName(name),
                new Rotations.Wish(Strategy.DRAIN, Optional.of(HOUR), Staging.NONE)));
    assertThat(seen.holders().subList(0, 2))
        .extracting(Holders.Holder::lease)
        .containsExactlyInAnyOrder(never, later);
    assertThat(seen.byReload())
        .containsEntry("callback", 1L)
        .containsEntry("never", 1L)
        .containsEntry("next-run", 1L);
    UUID rotation = turns.drained(name, "two", HOUR).rotation().id();
    turns.moves(able);
    turns.end(later);
    turns.rounds();
    assertThat(turns.get(rotation).counts()).contains(new Holders.Counts(3, 2, 0));
    assertThat(turns.phase(rotation)).isEqualTo(Phase.DRAINING);
    turns.retiredNow(rotation);
    assertThat(turns.holds(never)).isFalse();
    assertThat(turns.get(rotation).rotation().end().orElseThrow().named())
        .extracting(Rotation.Laggard::lease)
        .containsExactly(never.value());
  }

  /** A holder whose environment says how it takes in a new version. */
  private static LeaseId leased(String name, String reload) {
    var need =
        new Lease.Need(Optional.empty(), Optional.of(reload), Optional.empty(), Optional.empty());
    var ask =
        new LeaseAsk(
            turns.acme.demo,
            List.of(new LeaseAsk.Wanted(new SecretName(name), List.of(), false, need)),
            Optional.empty());
    var leased =
        await(world.grants.grant(turns.acme.grant(Action.LEASE_GRANT, turns.acme.demo), ask));
    leased.forEach(io.hushbus.lease.LeasedSecret::close);
    return leased.getFirst().lease().id();
  }

  @Test
  void it_shows_its_holders_in_all_moved_pending_and_failed() {
    String name = turns.stored();
    LeaseId first = turns.leased(name);
    LeaseId second = turns.leased(name);
    UUID rotation = turns.drained(name, "two", HOUR).rotation().id();
    turns.leased(name);
    turns.end(first);
    Rotations.View view = turns.get(rotation);
    assertThat(view.counts()).contains(new Holders.Counts(2, 1, 0));
    assertThat(view.laggards().items()).extracting(Holders.Holder::lease).containsExactly(second);
  }

  @Test
  void laggards_are_paged() {
    String name = turns.stored();
    List<LeaseId> all = List.of(turns.leased(name), turns.leased(name), turns.leased(name));
    UUID rotation = turns.drained(name, "two", HOUR).rotation().id();
    var grant = turns.acme.grant(Action.ROTATION_READ);
    var first = await(world.rotations.get(grant, rotation, Holders.Place.START, 2)).laggards();
    assertThat(first.more()).isTrue();
    var last =
        await(world.rotations.get(grant, rotation, first.items().getLast().place(), 2)).laggards();
    assertThat(last.items()).extracting(Holders.Holder::lease).containsExactly(all.getLast());
  }

  @Test
  void abort_makes_the_old_value_current_as_a_new_version() {
    String name = turns.stored();
    LeaseId old = turns.leased(name);
    UUID rotation = turns.drained(name, "two", HOUR).rotation().id();
    LeaseId newer = turns.leased(name);
    Rotations.View back = turns.aborted(rotation);
    assertThat(back.rotation().to()).isEqualTo(3);
    assertThat(back.rotation().undoes()).contains(rotation);
    assertThat(turns.phase(rotation)).isEqualTo(Phase.ABORTED);
    try (var leased = turns.acme.lease(turns.acme.demo, name)) {
      assertThat(io.hushbus.support.TenantWorld.value(leased)).isEqualTo("one");
    }
    assertThat(turns.holds(old)).isTrue();
    assertThat(turns.holds(newer)).isTrue();
  }

  @Test
  void after_an_abort_holders_of_the_same_digest_count_as_moved_and_the_others_drain() {
    String name = turns.stored();
    turns.leased(name);
    UUID rotation = turns.drained(name, "two", HOUR).rotation().id();
    LeaseId newer = turns.leased(name);
    UUID back = turns.aborted(rotation).rotation().id();
    assertThat(turns.get(back).counts()).contains(new Holders.Counts(2, 1, 0));
    turns.end(newer);
    turns.rounds();
    assertThat(turns.phase(back)).isEqualTo(Phase.COMPLETED);
    assertThat(turns.state(name, 2)).isEqualTo(VersionState.RETIRED);
    assertThat(turns.state(name, 1)).isEqualTo(VersionState.PREVIOUS);
  }

  @Test
  void what_the_old_version_is_retired_of_cannot_be_aborted() {
    String name = turns.stored();
    UUID over = turns.drained(name, "two", Duration.ZERO).rotation().id();
    assertThatThrownBy(() -> turns.aborted(over)).isInstanceOf(Failure.Conflict.class);
    UUID immediate = turns.changed(turns.stored(), "two");
    turns.rounds();
    assertThatThrownBy(() -> turns.aborted(immediate)).isInstanceOf(Failure.Conflict.class);
  }

  @Test
  void a_change_during_a_drain_supersedes_it_and_takes_over_its_holders() {
    String name = turns.stored();
    LeaseId old = turns.leased(name);
    UUID first = turns.drained(name, "two", HOUR).rotation().id();
    LeaseId newer = turns.leased(name);
    UUID second = turns.changed(name, "three");
    assertThat(turns.phase(first)).isEqualTo(Phase.SUPERSEDED);
    assertThat(turns.get(second).counts()).contains(new Holders.Counts(2, 0, 0));
    turns.end(old);
    turns.rounds();
    assertThat(turns.state(name, 1)).isEqualTo(VersionState.RETIRED);
    assertThat(turns.state(name, 2)).isEqualTo(VersionState.PREVIOUS);
    turns.end(newer);
    turns.rounds();
    assertThat(turns.phase(second)).isEqualTo(Phase.COMPLETED);
  }

  @Test
  void each_old_version_keeps_its_own_deadline_and_it_is_never_extended() {
    String name = turns.stored();
    LeaseId old = turns.leased(name);
    turns.drained(name, "two", Duration.ZERO);
    LeaseId newer = turns.leased(name);
    turns.changed(name, "three");
    assertThat(turns.holds(old)).isFalse();
    assertThat(turns.holds(newer)).isTrue();
    turns.rounds();
    assertThat(turns.state(name, 1)).isEqualTo(VersionState.RETIRED);
    assertThat(turns.state(name, 2)).isEqualTo(VersionState.PREVIOUS);
  }

  @Test
  void only_the_newest_can_be_aborted() {
    String name = turns.stored();
    turns.leased(name);
    UUID first = turns.drained(name, "two", HOUR).rotation().id();
    turns.changed(name, "three");
    assertThatThrownBy(() -> turns.aborted(first)).isInstanceOf(Failure.Conflict.class);
  }

  @Test
  void a_rotation_that_is_asked_for_during_one_is_refused_and_the_other_named() {
    String name = turns.stored();
    turns.leased(name);
    UUID first = turns.drained(name, "two", HOUR).rotation().id();
    assertThatThrownBy(() -> turns.drained(name, "three", HOUR))
        .isInstanceOfSatisfying(
            Failure.Conflict.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(Failure.Reason.ROTATION_IN_PROGRESS);
              assertThat(refused.blockers())
                  .containsExactly(new Failure.Blocker("rotation", first.toString()));
            });
  }

  @Test
  void the_same_content_anew_drains_nobody() {
    String name = turns.stored();
    LeaseId holder = turns.leased(name);
    UUID rotation = turns.changed(name, "one");
    assertThat(turns.get(rotation).rotation().deadline()).isEmpty();
    turns.rounds();
    assertThat(turns.phase(rotation)).isEqualTo(Phase.COMPLETED);
    assertThat(turns.holds(holder)).isTrue();
    UUID next = turns.drained(name, "two", Duration.ZERO).rotation().id();
    assertThat(turns.holds(holder)).isFalse();
    assertThat(turns.get(next).counts()).contains(new Holders.Counts(1, 0, 0));
  }

  @Test
  void the_first_version_is_not_a_rotation() {
    String name = turns.stored();
    assertThat(await(turns.acme.getting(turns.acme.demo, name)).rotation()).isEmpty();
    assertThat(turns.told(name)).containsExactly("secret.created");
  }

  @Test
  void pruning_spares_versions_with_live_leases() {
    String name = turns.stored();
    LeaseId holder = turns.leased(name);
    for (int version = 2; version < 14; version++) {
      turns.changed(name, "v" + version);
    }
    assertThat(turns.state(name, 1)).isEqualTo(VersionState.PREVIOUS);
    assertThat(turns.state(name, 2)).isEqualTo(VersionState.DESTROYED);
    assertThat(turns.holds(holder)).isTrue();
  }

  @Test
  void two_brokers_do_each_step_once() {
    String name = turns.stored();
    turns.leased(name);
    turns.drained(name, "two", Duration.ZERO);
    try (World other = world.anotherNode()) {
      Future<Integer> here = world.rounds.runOnce();
      Future<Integer> there = other.rounds.runOnce();
      while (await(here) + await(there) > 0 || !turns.told(name).contains("rotation.completed")) {
        world.rows("SELECT pg_sleep(0.005)"); // one that was looked at is left alone for a moment
        here = world.rounds.runOnce();
        there = other.rounds.runOnce();
      }
    }
    assertThat(turns.told(name)).filteredOn("rotation.completed"::equals).hasSize(1);
    assertThat(turns.told(name)).filteredOn("secret.version.retired"::equals).hasSize(1);
  }

  @Test
  void a_node_that_gives_its_jobs_back_can_write_nothing_more_under_its_fence() {
    UUID leaving = world.ids.random();
    UUID next = world.ids.random();
    var before = job(leaving).orElseThrow();
    assertThat(job(next)).isEmpty();
    await(JobLease.giveBack(world.db, leaving));
    var after = job(next).orElseThrow();
    assertThat(after.number()).isGreaterThan(before.number());
    await(JobLease.giveBack(world.db, leaving));
    assertThat(job(leaving)).as("what is another's is not given back").isEmpty();
    assertThatThrownBy(() -> await(world.db.write(turns.acme.id, tx -> before.hold(tx))))
        .isInstanceOf(Failure.Conflict.class);
    await(world.db.write(turns.acme.id, tx -> after.hold(tx)));
  }

  private static Optional<JobLease.Fence> job(UUID owner) {
    return await(new JobLease(world.db, SystemTx.Job.ROTATION, "of-a-test", owner, HOUR).acquire());
  }

  @Test
  void a_deadline_that_another_hand_put_off_is_not_believed() {
    String name = turns.stored();
    LeaseId holder = turns.leased(name);
    turns.drained(name, "two", Duration.ZERO);
    world.rows(
        "UPDATE secret_version SET valid_until = valid_until + interval '1 day'"
            + " WHERE valid_until IS NOT NULL AND secret_id ="
            + " (SELECT secret_id FROM secret WHERE name = '"
            + name
            + "') RETURNING version");
    assertThatThrownBy(() -> turns.holds(holder)).isInstanceOf(Failure.Integrity.class);
  }

  @Test
  void a_rotation_that_another_hand_wrote_is_refused_and_holds_up_no_other() {
    String forged = turns.stored();
    turns.leased(forged);
    UUID rotation = turns.drained(forged, "two", HOUR).rotation().id();
    world.rows(
        "UPDATE rotation SET from_version = 1, to_version = 7 WHERE rotation_id = '"
            + rotation
            + "' RETURNING rotation_id");
    String other = turns.stored();
    UUID sound = turns.changed(other, "two");
    turns.rounds();
    assertThatThrownBy(() -> turns.get(rotation)).isInstanceOf(Failure.Integrity.class);
    assertThat(turns.phase(sound)).isEqualTo(Phase.COMPLETED);
    world.rows("DELETE FROM rotation WHERE rotation_id = '" + rotation + "' RETURNING 1");
  }

  @Test
  void the_audit_tells_what_the_broker_does_by_itself_from_what_somebody_forces() {
    UUID drained = turns.changed(turns.stored(), "two");
    turns.rounds();
    assertThat(turns.phase(drained)).isEqualTo(Phase.COMPLETED);
    UUID forced = turns.changed(turns.stored(), "two");
    turns.retiredNow(forced);
    String by = "SELECT DISTINCT action FROM audit_tail WHERE detail ->> 'rotation' = '%s'";
    assertThat(world.rows(by.formatted(drained)))
        .containsExactlyInAnyOrder("secret_change", "rotation_step");
    assertThat(world.rows(by.formatted(forced)))
        .containsExactlyInAnyOrder("secret_change", "rotation_force");
  }

  @Test
  void its_history_is_kept_newest_first() {
    String name = turns.stored();
    UUID first = turns.changed(name, "two");
    UUID second = turns.changed(name, "three");
    assertThat(
            await(
                    world.rotations.history(
                        turns.acme.grant(Action.SECRET_READ_METADATA, turns.acme.demo),
                        turns.acme.demo,
                        new SecretName(name),
                        Optional.empty(),
                        10))
                .items())
        .extracting(view -> view.rotation().id())
        .containsExactly(second, first);
  }
}
