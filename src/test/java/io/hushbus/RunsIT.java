package io.hushbus;

import static io.hushbus.support.World.await;
import static io.hushbus.support.World.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.lease.Lease;
import io.hushbus.lease.Run;
import io.hushbus.lease.Runs;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Once;
import io.hushbus.model.RunId;
import io.hushbus.model.SecretValue;
import io.hushbus.support.RunWorld;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The life of a run, sentence by sentence of the design. */
final class RunsIT {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static World world;
  private static World node;
  private static TenantWorld acme;
  private static RunWorld runs;

  @BeforeAll
  static void start() {
    world = World.fresh();
    node = world.anotherNode();
    acme = world.tenant("acme");
    runs = new RunWorld(acme);
  }

  @AfterAll
  static void stop() {
    node.close();
    world.close();
  }

  /** A broker is up: no test is about a time without one but those that say so. */
  @BeforeEach
  void beat() {
    await(world.outages.beat());
    world.asOwner("DELETE FROM outage");
  }

  @Test
  void a_run_has_a_token_that_is_shown_once_and_stored_as_a_hash() {
    Runs.Opened opened = await(runs.opening(runs.ask("shown", 1, Optional.empty(), none())));
    String token = text(opened.token().orElseThrow());
    assertThat(token).matches("hsr_[0-9A-Za-z]{49}");
    assertThat(opened.view().state()).isEqualTo(Run.State.OPEN);
    assertThat(world.rows("SELECT r::text FROM run r")).noneMatch(row -> row.contains(token));
  }

  @Test
  void an_attempt_has_one_run_and_a_second_is_refused_naming_it() {
    RunId first = await(runs.opening(runs.ask("once", 1, none(), none()))).view().run().id();
    var second = failure(runs.opening(runs.ask("once", 1, none(), none())));
    assertThat(second)
        .isInstanceOfSatisfying(
            Failure.Conflict.class,
            conflict ->
                assertThat(conflict.blockers())
                    .containsExactly(new Failure.Blocker("run", first.toString())));
    assertThat(await(runs.opening(runs.ask("once", 2, none(), none()))).token()).isPresent();
  }

  @Test
  void sent_again_under_its_key_the_answer_is_the_run_without_its_token() {
    var key = new Once("open-once", new byte[32]);
    var grant = acme.grant(Action.RUN_OPEN, acme.demo);
    var once =
        new io.hushbus.model.Grant(
            grant.caller(),
            grant.action(),
            grant.resource(),
            grant.request(),
            grant.source(),
            Optional.of(key));
    var ask = runs.ask("keyed", 1, none(), none());
    Runs.Opened first = await(world.runs.open(once, ask));
    Runs.Opened again = await(node.runs.open(once, ask));
    assertThat(again.view().run().id()).isEqualTo(first.view().run().id());
    assertThat(again.token()).isEmpty();
  }

  @Test
  void a_run_that_misses_its_heartbeat_is_lost_on_every_node_without_any_sweep() {
    Run run = runs.open(none(), SECOND);
    String secret = runs.stored();
    Lease lease = runs.lease(run.id(), secret);
    untilLost(run.id());
    assertThat(runs.stateOf(world, lease.id())).isEqualTo(Lease.State.ENDED);
    assertThat(runs.stateOf(node, lease.id())).isEqualTo(Lease.State.ENDED);
    assertThat(failure(runs.beating(run.id()))).isInstanceOf(Failure.Gone.class);
    assertThat(failure(runs.leasing(run.id(), secret))).isInstanceOf(Failure.Gone.class);
    assertThat(failure(runs.renewing(node, lease.id(), none()))).isInstanceOf(Failure.Gone.class);
    assertThat(failure(runs.advancing(lease.id()))).isInstanceOf(Failure.Gone.class);
    assertThat(failure(runs.saying(lease.id(), 1, Lease.Ack.Status.APPLIED)))
        .isInstanceOf(Failure.Gone.class);
    assertThat(failure(runs.completing(run.id()))).isInstanceOf(Failure.Gone.class);
    // Nothing of the secret is in use: it can be deleted.
    assertThat(acme.delete(acme.demo, secret).deletedAt()).isPresent();
  }

  @Test
  void a_lost_run_is_told_once_however_many_sweep() {
    Run run = runs.open(none(), SECOND);
    untilLost(run.id());
    await(world.runSweep.runOnce());
    await(node.runSweep.runOnce());
    await(world.runSweep.runOnce());
    assertThat(
            world.rows(
                "SELECT subject FROM event WHERE type = 'io.hushbus.run.lost.v1'"
                    + " AND subject = 'runs/"
                    + run.id()
                    + "'"))
        .hasSize(1);
    assertThat(runs.state(run.id())).isEqualTo(Run.State.LOST);
    assertThat(world.row("SELECT outcome FROM run WHERE run_id = '" + run.id() + "'"))
        .isEqualTo("lost");
  }

  @Test
  void a_run_ends_at_its_deadline_whatever_it_beats() {
    Run run = runs.open(Optional.of(now().plus(SECOND)), MINUTE);
    assertThat(await(runs.beating(run.id())).state()).isEqualTo(Run.State.OPEN);
    Awaitility.await().until(() -> runs.state(run.id()) == Run.State.EXPIRED);
    assertThat(failure(runs.beating(run.id()))).isInstanceOf(Failure.Gone.class);
  }

  @Test
  void completing_ends_all_leases_at_once_with_one_record_and_one_notice() {
    Run run = runs.open();
    List<Lease> leases =
        List.of(runs.lease(run.id(), runs.stored()), runs.lease(run.id(), runs.stored()));
    long told = notices(run.id());
    await(runs.completing(node, run.id()));
    for (Lease lease : leases) {
      assertThat(runs.stateOf(world, lease.id())).isEqualTo(Lease.State.ENDED);
      assertThat(failure(runs.renewing(world, lease.id(), none())))
          .isInstanceOf(Failure.Gone.class);
    }
    assertThat(notices(run.id())).isEqualTo(told + 1);
    assertThat(
            world.row(
                "SELECT detail->>'leases' FROM audit_tail WHERE action = 'run_end'"
                    + " AND resource_id = '"
                    + run.id()
                    + "'"))
        .isEqualTo("2");
    assertThat(await(runs.completing(run.id())).state()).isEqualTo(Run.State.COMPLETED);
  }

  @Test
  void after_a_time_without_any_broker_a_heartbeat_is_due_by_that_time_and_one_length_later() {
    Run run = runs.open(none(), SECOND);
    Instant due = due(run.id());
    world.asOwner("UPDATE broker_beat SET beat_at = clock_timestamp() - interval '1 hour'");
    assertThat(due(run.id())).isAfterOrEqualTo(due.plus(Duration.ofHours(1)));
    await(node.outages.beat());
    assertThat(due(run.id()))
        .isBetween(due.plus(Duration.ofMinutes(60)), due.plus(Duration.ofMinutes(61)));
    assertThat(world.row("SELECT extract(epoch FROM to_at - from_at)::int FROM outage"))
        .isBetween("3600", "3660");
    assertThat(runs.state(run.id())).isEqualTo(Run.State.OPEN);
    // Once it is heard of again, only what comes after counts.
    await(runs.beating(run.id()));
    untilLost(run.id());
  }

  @Test
  void no_outage_moves_a_deadline_or_the_end_of_a_lease() {
    Run run = runs.open(Optional.of(now().plusSeconds(2)), SECOND);
    Lease lease = runs.lease(run.id(), runs.stored());
    world.asOwner("UPDATE broker_beat SET beat_at = clock_timestamp() - interval '1 hour'");
    assertThat(due(run.id())).isEqualTo(run.life().deadline().orElseThrow());
    assertThat(runs.view(node, lease.id()).lease().terms()).isEqualTo(lease.terms());
    Awaitility.await().until(() -> runs.state(run.id()) == Run.State.EXPIRED);
  }

  @Test
  void an_outage_that_another_hand_wrote_is_taken_out() {
    world.asOwner(
        "INSERT INTO outage VALUES (clock_timestamp() - interval '1 day',"
            + " clock_timestamp() + interval '1 day', '\\x00')");
    assertThat(await(world.outages.check())).isEqualTo(1);
    assertThat(world.rows("SELECT 1 FROM outage")).isEmpty();
  }

  @Test
  void n54_a_run_edited_in_the_database_is_no_run() {
    for (String edit :
        List.of(
            "lost_at = lost_at + interval '1 day'",
            "deadline = clock_timestamp() + interval '1 day'",
            "opener_id = gen_random_uuid()",
            "token_mac = '\\x01'",
            "domain_id = (SELECT domain_id FROM domain WHERE tenant_id = run.tenant_id LIMIT 1)",
            "attempt = 99")) {
      Run run = runs.open();
      Lease lease = runs.lease(run.id(), runs.stored());
      world.asOwner("UPDATE run SET " + edit + " WHERE run_id = '" + run.id() + "'");
      assertThat(failure(runs.beating(run.id()))).as(edit).isInstanceOf(Failure.Missing.class);
      assertThat(failure(runs.leasing(run.id(), runs.stored())))
          .as(edit)
          .isInstanceOf(Failure.Missing.class);
      assertThat(failure(runs.renewing(world, lease.id(), none())))
          .as(edit)
          .isInstanceOfAny(Failure.Gone.class, Failure.Missing.class);
    }
  }

  @Test
  void n54_an_end_undone_in_the_database_stays_one() {
    Run run = runs.open();
    Lease lease = runs.lease(run.id(), runs.stored());
    await(runs.completing(run.id()));
    world.asOwner(
        "UPDATE run SET ended_at = NULL, outcome = NULL WHERE run_id = '" + run.id() + "'");
    assertThat(failure(runs.renewing(world, lease.id(), none()))).isInstanceOf(Failure.Gone.class);
    assertThat(failure(runs.beating(run.id()))).isInstanceOf(Failure.Missing.class);
  }

  @Test
  void another_tenant_has_no_such_run() {
    Run run = runs.open();
    TenantWorld globex = world.tenant("globex");
    assertThat(failure(world.runs.locate(globex.id, run.id(), acme.someone)))
        .isInstanceOf(Failure.Missing.class);
    assertThat(failure(world.runs.get(globex.grant(Action.RUN_READ), run.id())))
        .isInstanceOf(Failure.Missing.class);
    assertThat(
            failure(
                world.heartbeats.beat(
                    globex.grant(acme.someone, Action.RUN_BEAT), run.id(), Optional.empty())))
        .isInstanceOf(Failure.Missing.class);
  }

  private static long notices(RunId run) {
    return world.rows("SELECT 1 FROM event WHERE subject = 'runs/" + run + "'").size();
  }

  private static void untilLost(RunId run) {
    Awaitility.await()
        .until(
            () -> {
              await(world.outages.beat());
              return runs.state(run) == Run.State.LOST;
            });
  }

  private static Instant due(RunId run) {
    return Instant.parse(
        world.row(
            "SELECT to_char(run_over_at(ended_at, deadline, beat_at, lost_at) AT TIME ZONE 'UTC',"
                + " 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') FROM run WHERE run_id = '"
                + run
                + "'"));
  }

  private static Instant now() {
    return Instant.parse(
        world.row(
            "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC',"
                + " 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"));
  }

  private static String text(SecretValue token) {
    try (token) {
      return token.reveal(bytes -> new String(bytes, java.nio.charset.StandardCharsets.US_ASCII));
    }
  }

  private static <T> Optional<T> none() {
    return Optional.empty();
  }
}
