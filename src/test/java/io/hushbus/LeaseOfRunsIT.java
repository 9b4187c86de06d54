package io.hushbus;

import static io.hushbus.support.World.await;
import static io.hushbus.support.World.failure;
import static io.hushbus.support.World.settled;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.lease.Holders;
import io.hushbus.lease.Lease;
import io.hushbus.lease.LeaseAsk;
import io.hushbus.lease.LeaseGrants;
import io.hushbus.lease.LeaseLimit;
import io.hushbus.lease.LeaseMeters;
import io.hushbus.lease.LeasedSecret;
import io.hushbus.lease.Leases;
import io.hushbus.lease.Revocation;
import io.hushbus.lease.Run;
import io.hushbus.model.Action;
import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Principal;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretName;
import io.hushbus.secret.Secret;
import io.hushbus.support.Canary;
import io.hushbus.support.RunWorld;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The leases of runs, sentence by sentence of the design. */
final class LeaseOfRunsIT {

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

  @Test
  void asking_again_gives_the_live_lease_at_its_own_version_and_each_disclosure_is_audited() {
    Run run = runs.open();
    String value = Canary.value();
    String secret = "asked-twice";
    acme.create(acme.demo, secret, value);
    Lease first = runs.lease(run.id(), secret);
    acme.replace(acme.demo, secret, Canary.value());
    LeaseGrants.Granted again = await(runs.leasing(run.id(), secret));
    try (LeasedSecret leased = again.leases().getFirst()) {
      assertThat(again.replayed()).isTrue();
      assertThat(leased.lease().id()).isEqualTo(first.id());
      assertThat(leased.lease().version()).isEqualTo(1);
      assertThat(leased.secret().currentVersion()).isEqualTo(2);
      assertThat(TenantWorld.value(leased)).isEqualTo(value);
    }
    assertThat(
            world.rows(
                "SELECT 1 FROM audit_tail WHERE action = 'lease_grant' AND version = 1"
                    + " AND detail->>'lease' = '"
                    + first.id()
                    + "'"))
        .hasSize(2);
  }

  @Test
  void a_lease_belongs_to_the_run_and_both_it_and_its_opener_hold_it() {
    Run run = runs.open();
    Lease lease = runs.lease(run.id(), runs.stored());
    assertThat(lease.principal()).isEqualTo(run.id().principal());
    for (Principal holder : List.of(acme.someone, run.id().principal())) {
      var grant = acme.grant(holder, Action.LEASE_RENEW);
      assertThat(await(world.leases.renew(grant, lease.id(), Optional.empty())).lease().id())
          .isEqualTo(lease.id());
    }
    var stranger = acme.grant(acme.principal(), Action.LEASE_RENEW);
    assertThat(failure(world.leases.renew(stranger, lease.id(), Optional.empty())))
        .isInstanceOf(Failure.Missing.class);
    var thief = runs.leasing(world, acme.principal(), runs.ask(run.id(), none(), runs.stored()));
    assertThat(failure(thief)).isInstanceOf(Failure.Missing.class);
  }

  @Test
  void other_parameters_are_refused_naming_the_lease() {
    Run run = runs.open();
    String secret = runs.stored();
    Lease lease = runs.lease(run.id(), secret);
    var otherTtl =
        runs.leasing(
            world, acme.someone, runs.ask(run.id(), Optional.of(Duration.ofMinutes(3)), secret));
    var otherEntries =
        runs.leasing(
            world,
            acme.someone,
            runs.ask(run.id(), none(), none(), List.of(EntryName.VALUE), secret));
    for (var refused : List.of(otherTtl, otherEntries)) {
      assertThat(failure(refused))
          .isInstanceOfSatisfying(
              Failure.Conflict.class,
              conflict -> {
                assertThat(conflict.reason()).isEqualTo(Failure.Reason.HELD_OTHERWISE);
                assertThat(conflict.blockers().getFirst().id()).isEqualTo(lease.id().toString());
              });
    }
  }

  @Test
  void what_is_new_is_leased_beside_what_lives_and_all_or_nothing() {
    Run run = runs.open();
    String one = runs.stored();
    String other = runs.stored();
    Lease first = runs.lease(run.id(), one);
    LeaseGrants.Granted both = await(runs.leasing(run.id(), other, one));
    assertThat(both.replayed()).isFalse();
    assertThat(both.leases()).hasSize(2);
    assertThat(both.leases().get(1).lease().id()).isEqualTo(first.id());
    both.leases().forEach(LeasedSecret::close);
    assertThat(failure(runs.leasing(run.id(), runs.stored(), "nowhere")))
        .isInstanceOf(Failure.Missing.class);
    assertThat(leasesOf(run)).isEqualTo(2);
  }

  @Test
  void an_expired_or_revoked_lease_never_blocks_the_next_one() {
    Run run = runs.open();
    String secret = runs.stored();
    var ask = runs.ask(run.id(), Optional.of(Duration.ofSeconds(1)), secret);
    LeaseId first = only(await(runs.leasing(world, acme.someone, ask)));
    Awaitility.await().until(() -> runs.stateOf(node, first) == Lease.State.EXPIRED);
    LeaseId second = only(await(runs.leasing(node, acme.someone, ask)));
    assertThat(second).isNotEqualTo(first);
    await(world.leases.revoke(acme.grant(Action.LEASE_REVOKE), second));
    assertThat(only(await(runs.leasing(world, acme.someone, ask)))).isNotEqualTo(second);
  }

  @Test
  void of_many_grants_at_once_on_two_nodes_one_makes_the_lease() {
    Run run = runs.open();
    String secret = runs.stored();
    List<Future<LeaseGrants.Granted>> asked = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      asked.add(
          runs.leasing(
              i % 2 == 0 ? world : node, acme.someone, runs.ask(run.id(), none(), secret)));
    }
    Set<LeaseId> ids = new HashSet<>();
    settled(asked).stream().filter(Future::succeeded).forEach(one -> ids.add(only(one.result())));
    assertThat(ids).hasSize(1);
    assertThat(leasesOf(run)).isEqualTo(1);
    assertThat(asked.stream().filter(Future::failed))
        .allMatch(
            one ->
                one.cause() instanceof Failure failure
                    && failure.asConflict(Failure.Reason.CONCURRENT_CHANGE).isPresent());
  }

  @Test
  void n68_no_grant_outlives_the_end_of_its_run() {
    Run run = runs.open();
    List<Future<LeaseGrants.Granted>> asked = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      asked.add(
          runs.leasing(
              i % 2 == 0 ? world : node, acme.someone, runs.ask(run.id(), none(), runs.stored())));
    }
    var end = runs.completing(node, run.id());
    settled(asked).stream()
        .filter(Future::succeeded)
        .forEach(one -> one.result().leases().forEach(LeasedSecret::close));
    await(end);
    assertThat(states(run)).doesNotContain(Lease.State.ACTIVE);
    assertThat(failure(runs.leasing(run.id(), runs.stored()))).isInstanceOf(Failure.Gone.class);
  }

  @Test
  void who_opened_a_run_and_is_no_runner_any_more_gets_nothing_new_and_keeps_what_it_has() {
    Run run = runs.open();
    Lease lease = runs.lease(run.id(), runs.stored());
    world.formerRunners.add(acme.someone);
    try {
      assertThat(failure(runs.leasing(run.id(), runs.stored()))).isInstanceOf(Failure.Denied.class);
      assertThat(await(runs.renewing(world, lease.id(), none())).lease().id())
          .isEqualTo(lease.id());
    } finally {
      world.formerRunners.clear();
    }
  }

  @Test
  void a_time_that_cannot_be_promised_is_refused_with_the_longest_that_can() {
    Run run = runs.open();
    var tooLong =
        runs.ask(run.id(), none(), Optional.of(Duration.ofHours(2)), List.of(), runs.stored());
    assertThat(failure(runs.leasing(world, acme.someone, tooLong)))
        .isInstanceOfSatisfying(
            Failure.Conflict.class,
            conflict -> {
              assertThat(conflict.reason()).isEqualTo(Failure.Reason.VALIDITY_NOT_PROMISED);
              assertThat(conflict.most()).hasValue(World.LEASE_LIMITS.maxTtl().toSeconds());
            });
    var promised =
        runs.ask(run.id(), none(), Optional.of(Duration.ofMinutes(40)), List.of(), runs.stored());
    try (LeasedSecret leased =
        await(runs.leasing(world, acme.someone, promised)).leases().getFirst()) {
      var terms = leased.lease().terms();
      assertThat(Duration.between(terms.issuedAt(), terms.expiresAt()))
          .isEqualTo(Duration.ofMinutes(40));
    }
  }

  @Test
  void what_is_known_to_be_retired_sooner_is_not_promised() {
    Run run = runs.open();
    String name = runs.stored();
    await(runs.leasing(run.id(), name)).leases().forEach(LeasedSecret::close);
    acme.replace(acme.demo, name, "next"); // its holders have an hour
    var ask =
        new LeaseAsk(
            acme.demo,
            TenantWorld.ask(acme.demo, Optional.empty(), name).secrets(),
            Optional.empty(),
            Optional.of(Duration.ofMinutes(10)),
            Optional.of(run.id()));
    await(runs.leasing(world, acme.someone, ask)).leases().forEach(LeasedSecret::close);
    String second = runs.stored();
    await(runs.leasing(run.id(), second)).leases().forEach(LeasedSecret::close);
    drained(second, Duration.ofMinutes(5));
    var refused =
        new LeaseAsk(
            acme.demo,
            TenantWorld.ask(acme.demo, Optional.empty(), second).secrets(),
            Optional.empty(),
            Optional.of(Duration.ofMinutes(10)),
            Optional.of(run.id()));
    assertThat(settled(List.of(runs.leasing(world, acme.someone, refused))).getFirst().cause())
        .isInstanceOf(Failure.Conflict.class);
    String fresh = runs.stored();
    var both =
        new LeaseAsk(
            acme.demo,
            TenantWorld.ask(acme.demo, Optional.empty(), second, fresh).secrets(),
            Optional.empty(),
            Optional.of(Duration.ofMinutes(10)),
            Optional.of(run.id()));
    assertThat(settled(List.of(runs.leasing(world, acme.someone, both))).getFirst().cause())
        .isInstanceOf(Failure.Conflict.class);
    assertThat(
            world.rows(
                "SELECT 1 FROM lease JOIN secret USING (tenant_id, secret_id) WHERE name = '"
                    + fresh
                    + "'"))
        .as("what was refused together leaves nothing")
        .isEmpty();
  }

  private static void drained(String name, Duration grace) {
    await(
        world.rotations.start(
            acme.grant(Action.ROTATION_START, acme.demo),
            acme.demo,
            new SecretName(name),
            TenantWorld.text("next"),
            io.hushbus.secret.Preconditions.NONE,
            new io.hushbus.rotation.Rotations.Wish(
                io.hushbus.rotation.Strategy.DRAIN,
                Optional.of(grace),
                io.hushbus.rotation.Staging.none())));
  }

  @Test
  void without_a_run_two_processes_of_one_account_do_not_share_a_lease() {
    String name = runs.stored();
    try (LeasedSecret one = acme.lease(acme.demo, name);
        LeasedSecret other = acme.lease(acme.demo, name)) {
      assertThat(one.lease().id()).isNotEqualTo(other.lease().id());
      assertThat(one.lease().principal()).isEqualTo(other.lease().principal());
    }
  }

  @Test
  void a_lease_is_shortened_by_the_deadline_of_its_run_and_says_so() {
    Instant deadline =
        Instant.parse(
                world.row(
                    "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC',"
                        + " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"))
            .plusSeconds(300);
    Run run = runs.open(Optional.of(deadline), Duration.ofMinutes(1));
    try (LeasedSecret leased = await(runs.leasing(run.id(), runs.stored())).leases().getFirst()) {
      assertThat(leased.lease().terms().expiresAt()).isEqualTo(deadline);
      assertThat(leased.lease().terms().maxExpiresAt()).isEqualTo(deadline);
      assertThat(leased.limit()).contains(LeaseLimit.RUN);
      var renewed =
          await(runs.renewing(world, leased.lease().id(), Optional.of(Duration.ofMinutes(50))));
      assertThat(renewed.lease().terms().expiresAt()).isEqualTo(deadline);
      assertThat(renewed.limit()).contains(LeaseLimit.RUN);
    }
  }

  @Test
  void a_lease_holds_every_version_from_the_one_in_use_to_the_one_taken_last() {
    Run run = runs.open();
    String secret = runs.stored();
    Lease lease = runs.lease(run.id(), secret);
    acme.replace(acme.demo, secret, Canary.value());
    acme.replace(acme.demo, secret, Canary.value());
    assertThat(await(runs.renewing(world, lease.id(), none())).supersededBy()).contains(3);
    assertThat(runs.advance(lease.id()).version()).isEqualTo(3);
    assertThat(runs.advance(lease.id()).version()).isEqualTo(3);
    assertThat(heldVersions(lease.secret())).containsExactlyInAnyOrder(1, 2, 3);
    var notTaken = runs.saying(lease.id(), 4, Lease.Ack.Status.APPLIED);
    assertThat(failure(notTaken)).isInstanceOf(Failure.Conflict.class);
    for (Lease.Ack.Status pending : List.of(Lease.Ack.Status.FAILED, Lease.Ack.Status.DEFERRED)) {
      assertThat(await(runs.saying(lease.id(), 3, pending)).applied()).isEqualTo(1);
    }
    assertThat(await(runs.saying(lease.id(), 3, Lease.Ack.Status.APPLIED)).applied()).isEqualTo(3);
    assertThat(await(runs.saying(lease.id(), 2, Lease.Ack.Status.APPLIED)).applied()).isEqualTo(3);
    assertThat(heldVersions(lease.secret())).containsExactly(3);
    assertThat(world.changed).contains(Revocation.Selector.ofSecret(lease.secret()));
  }

  @Test
  void who_holds_a_secret_is_counted_by_what_is_in_use() {
    Run run = runs.open();
    Run other = runs.open();
    String secret = runs.stored();
    Lease moving = runs.lease(run.id(), secret);
    Lease staying = runs.lease(other.id(), secret);
    acme.replace(acme.demo, secret, Canary.value());
    var to = new Holders.Target(moving.secret(), 2, Set.of());
    Holders holders = new Holders(LeaseMeters.NONE);
    assertThat(count(holders, to)).isEqualTo(new Holders.Counts(2, 0, 0));
    runs.advance(moving.id());
    assertThat(count(holders, to).moved()).isZero();
    await(runs.saying(moving.id(), 2, Lease.Ack.Status.APPLIED));
    runs.advance(staying.id());
    await(runs.saying(staying.id(), 2, Lease.Ack.Status.FAILED));
    assertThat(count(holders, to)).isEqualTo(new Holders.Counts(2, 1, 1));
    var late =
        await(world.db.read(acme.id, tx -> holders.laggards(tx, to, Holders.Place.START, 10)));
    assertThat(late).extracting(Holders.Holder::lease).containsExactly(staying.id());
    assertThat(late.getFirst().applied()).isEqualTo(1);
    var keyring = await(world.keyrings.of(acme.id));
    List<Lease> revoked =
        await(world.db.write(acme.id, tx -> holders.revokeLaggards(tx, keyring, to, 10)));
    assertThat(revoked).hasSize(1);
    assertThat(runs.stateOf(node, staying.id())).isEqualTo(Lease.State.REVOKED);
    assertThat(count(holders, to)).isEqualTo(new Holders.Counts(1, 1, 0));
    // As good as the version to move to is one with the same content.
    assertThat(count(holders, new Holders.Target(moving.secret(), 3, Set.of(2))).moved())
        .isEqualTo(1);
  }

  @Test
  void many_leases_are_ended_by_one_row_one_record_and_one_notice() {
    String secret = runs.stored();
    List<Lease> leases = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      leases.add(runs.lease(runs.open().id(), secret));
    }
    SecretId id = leases.getFirst().secret();
    int rows = world.rows("SELECT 1 FROM lease_revocation").size();
    int told = world.rows("SELECT 1 FROM event WHERE type = 'io.hushbus.lease.revoked.v1'").size();
    assertThat(runs.revoke(node, Revocation.Selector.ofSecret(id))).isEqualTo(5);
    assertThat(world.rows("SELECT 1 FROM lease_revocation")).hasSize(rows + 1);
    assertThat(world.rows("SELECT 1 FROM event WHERE type = 'io.hushbus.lease.revoked.v1'"))
        .hasSize(told + 1);
    assertThat(
            world.rows(
                "SELECT 1 FROM audit_tail WHERE action = 'lease_revoke' AND detail->>'count' = '5'"
                    + " AND detail->'selector'->>'secret_id' = '"
                    + id
                    + "'"))
        .hasSize(1);
    for (Lease lease : leases) {
      assertThat(runs.stateOf(world, lease.id())).isEqualTo(Lease.State.REVOKED);
      assertThat(failure(runs.renewing(world, lease.id(), none())))
          .isInstanceOf(Failure.Gone.class);
      assertThat(failure(runs.advancing(lease.id()))).isInstanceOf(Failure.Gone.class);
    }
    // What is granted from now on lives.
    Lease later = runs.lease(runs.open().id(), secret);
    assertThat(runs.stateOf(node, later.id())).isEqualTo(Lease.State.ACTIVE);
    // The sweep changes nothing of it.
    await(world.revocationSweep.runOnce());
    assertThat(
            world.rows("SELECT 1 FROM lease WHERE revoked_at IS NULL AND secret_id = '" + id + "'"))
        .hasSize(1);
    assertThat(runs.stateOf(node, leases.getFirst().id())).isEqualTo(Lease.State.REVOKED);
    assertThat(runs.stateOf(node, later.id())).isEqualTo(Lease.State.ACTIVE);
    assertThat(runs.revoke(world, Revocation.Selector.ofSecret(id))).isEqualTo(1);
  }

  @Test
  void neither_a_forged_lease_nor_a_tenant_without_keys_keeps_up_the_sweep() {
    TenantWorld keyless = world.tenant("keyless");
    Secret lost = keyless.create(keyless.demo, "lost", Canary.value());
    keyless.lease(keyless.demo, "lost").close();
    await(
        world.bulk.revoke(
            keyless.grant(Action.LEASE_REVOKE), Revocation.Selector.ofSecret(lost.id())));
    world.asOwner("DELETE FROM tenant_key WHERE tenant_id = '" + keyless.id + "'");
    world.keyrings.forget(keyless.id);

    String secret = runs.stored();
    Lease forged = runs.lease(runs.open().id(), secret);
    Lease genuine = runs.lease(runs.open().id(), secret);
    world.asOwner(
        "UPDATE lease SET expires_at = expires_at + interval '1 second' WHERE lease_id = '%s'"
            .formatted(forged.id()));
    runs.revoke(node, Revocation.Selector.ofSecret(forged.secret()));

    await(world.revocationSweep.runOnce().otherwise(0));

    String of = " FROM lease WHERE secret_id = '" + forged.secret() + "'";
    assertThat(world.rows("SELECT 1" + of + " AND revoked_at IS NULL")).isEmpty();
    assertThat(
            world.rows(
                "SELECT 1 FROM lease_revocation WHERE tidied_at IS NULL AND id = '%s'"
                    .formatted(forged.secret())))
        .isEmpty();
    assertThat(runs.stateOf(node, forged.id())).isEqualTo(Lease.State.REVOKED);
    assertThat(runs.stateOf(node, genuine.id())).isEqualTo(Lease.State.REVOKED);
    world.asOwner("DELETE FROM lease_revocation WHERE tenant_id = '" + keyless.id + "'");
  }

  @Test
  void n32_leases_are_ended_by_run_version_and_holder_and_no_others_with_them() {
    Run run = runs.open();
    Run other = runs.open();
    String secret = runs.stored();
    Lease ofRun = runs.lease(run.id(), secret);
    Lease ofOther = runs.lease(other.id(), secret);
    assertThat(runs.revoke(world, Revocation.Selector.ofRun(run.id()))).isEqualTo(1);
    assertThat(runs.stateOf(node, ofRun.id())).isEqualTo(Lease.State.REVOKED);
    assertThat(runs.stateOf(node, ofOther.id())).isEqualTo(Lease.State.ACTIVE);

    acme.replace(acme.demo, secret, Canary.value());
    Lease onSecond = runs.lease(run.id(), secret);
    assertThat(runs.revoke(world, Revocation.Selector.ofVersion(ofRun.secret(), 1))).isEqualTo(1);
    assertThat(runs.stateOf(node, ofOther.id())).isEqualTo(Lease.State.REVOKED);
    assertThat(runs.stateOf(node, onSecond.id())).isEqualTo(Lease.State.ACTIVE);

    Principal third = acme.principal();
    acme.leasing(third, acme.demo, none(), secret).await().forEach(LeasedSecret::close);
    assertThat(runs.revoke(world, Revocation.Selector.ofHolder(third.id()))).isEqualTo(1);
    assertThat(runs.stateOf(node, onSecond.id())).isEqualTo(Lease.State.ACTIVE);

    // Who opened a run holds its leases as much as the run.
    assertThat(runs.revoke(world, Revocation.Selector.ofHolder(acme.someone.id())))
        .isGreaterThanOrEqualTo(1);
    assertThat(runs.stateOf(node, onSecond.id())).isEqualTo(Lease.State.REVOKED);
    assertThat(runs.stateOf(node, runs.lease(run.id(), secret).id())).isEqualTo(Lease.State.ACTIVE);
  }

  @Test
  void a_grant_that_races_with_a_revocation_is_ended_by_it_or_comes_after_it() {
    String secret = runs.stored();
    SecretId id = runs.lease(runs.open().id(), secret).secret();
    List<Future<LeaseGrants.Granted>> asked = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      asked.add(
          runs.leasing(
              i % 2 == 0 ? world : node, acme.someone, runs.ask(runs.open().id(), none(), secret)));
    }
    runs.revoke(world, Revocation.Selector.ofSecret(id));
    settled(asked).stream()
        .filter(Future::succeeded)
        .forEach(one -> one.result().leases().forEach(LeasedSecret::close));
    assertThat(
            world.rows(
                "SELECT 1 FROM lease l JOIN lease_revocation m ON m.id = l.secret_id"
                    + " WHERE l.issued_at <= m.at AND l.secret_id = '"
                    + id
                    + "' AND l.lease_id IN ("
                    + active(id)
                    + ")"))
        .isEmpty();
  }

  @Test
  void of_a_gang_every_member_has_to_have_a_version_in_use() {
    Run run = runs.open();
    String secret = runs.stored();
    Lease lease = runs.lease(run.id(), secret);
    for (String member : List.of("worker-0", "worker-1")) {
      await(world.heartbeats.attach(acme.grant(Action.RUN_BEAT), run.id(), member));
    }
    acme.replace(acme.demo, secret, Canary.value());
    runs.advance(lease.id());
    assertThat(failure(runs.saying(lease.id(), 2, Lease.Ack.Status.APPLIED)))
        .isInstanceOf(Failure.Invalid.class);
    var stranger = Optional.of("worker-9");
    assertThat(failure(runs.saying(lease.id(), 2, Lease.Ack.Status.APPLIED, stranger)))
        .isInstanceOf(Failure.Missing.class);
    var to = new Holders.Target(lease.secret(), 2, Set.of());
    Holders holders = new Holders(LeaseMeters.NONE);
    assertThat(count(holders, to)).isEqualTo(new Holders.Counts(2, 0, 0));
    var one = await(runs.saying(lease.id(), 2, Lease.Ack.Status.APPLIED, Optional.of("worker-0")));
    assertThat(one.applied()).isEqualTo(1);
    assertThat(count(holders, to)).isEqualTo(new Holders.Counts(2, 1, 0));
    // Nobody waits for a member that has gone.
    await(world.heartbeats.detach(acme.grant(Action.RUN_BEAT), run.id(), "worker-1"));
    assertThat(runs.view(node, lease.id()).oldest()).isEqualTo(2);
    assertThat(count(holders, to)).isEqualTo(new Holders.Counts(1, 1, 0));
    assertThat(
            failure(
                world.heartbeats.beat(
                    acme.grant(Action.RUN_BEAT), run.id(), Optional.of("worker-1"))))
        .isInstanceOf(Failure.Missing.class);
  }

  @Test
  void n55_what_another_hand_wrote_of_a_gang_takes_no_version_from_it() {
    Run run = runs.open();
    String secret = runs.stored();
    Lease lease = runs.lease(run.id(), secret);
    for (String member : List.of("worker-0", "worker-1")) {
      await(world.heartbeats.attach(acme.grant(Action.RUN_BEAT), run.id(), member));
    }
    acme.replace(acme.demo, secret, Canary.value());
    runs.advance(lease.id());
    await(runs.saying(lease.id(), 2, Lease.Ack.Status.DEFERRED, Optional.of("worker-1")));
    String of = " WHERE member = 'worker-1' AND %s = '%s'";
    String said = of.formatted("lease_id", lease.id());
    String attached = of.formatted("run_id", run.id());

    world.asOwner("UPDATE lease_ack SET applied_version = 2, status = 'applied'" + said);
    assertThat(applied(lease, "worker-0")).isEqualTo(1);
    world.asOwner("UPDATE run_member SET detached_at = clock_timestamp()" + attached);
    assertThat(applied(lease, "worker-0")).isEqualTo(1);

    assertThat(applied(lease, "worker-1")).as("its own word").isEqualTo(2);
  }

  private static int applied(Lease lease, String member) {
    return await(runs.saying(lease.id(), 2, Lease.Ack.Status.APPLIED, Optional.of(member)))
        .applied();
  }

  @Test
  void who_held_which_version_at_a_time_is_known_afterwards() {
    Run run = runs.open();
    String secret = runs.stored();
    Lease lease = runs.lease(run.id(), secret);
    Instant onFirst = moment();
    acme.replace(acme.demo, secret, Canary.value());
    runs.advance(lease.id());
    Instant onBoth = moment();
    await(runs.saying(lease.id(), 2, Lease.Ack.Status.APPLIED));
    Instant onSecond = moment();
    await(runs.completing(run.id()));
    Instant after = moment();
    assertThat(held(lease.secret(), onFirst)).containsExactly("1-1");
    assertThat(held(lease.secret(), onBoth)).containsExactly("1-2");
    assertThat(held(lease.secret(), onSecond)).containsExactly("2-2");
    assertThat(held(lease.secret(), after)).isEmpty();
    assertThat(held(lease.secret(), lease.terms().issuedAt().minusMillis(1))).isEmpty();
  }

  @Test
  void lists_are_limited_to_a_run_and_a_state() {
    Run run = runs.open();
    Lease live = runs.lease(run.id(), runs.stored());
    Lease gone = runs.lease(run.id(), runs.stored());
    await(world.leases.revoke(acme.grant(Action.LEASE_REVOKE), gone.id()));
    assertThat(listed(run, Optional.of(Lease.State.ACTIVE))).containsExactly(live.id());
    assertThat(listed(run, Optional.of(Lease.State.REVOKED))).containsExactly(gone.id());
    assertThat(listed(run, none())).containsExactlyInAnyOrder(live.id(), gone.id());
    await(runs.completing(run.id()));
    assertThat(listed(run, Optional.of(Lease.State.ENDED))).containsExactly(live.id());
  }

  private static Instant moment() {
    Instant now =
        Instant.parse(
            world.row(
                "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC',"
                    + " 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') FROM pg_sleep(0.005)"));
    world.row("SELECT 1 FROM pg_sleep(0.005)");
    return now;
  }

  private static List<String> held(SecretId secret, Instant at) {
    return listed(
            new Leases.Filter(
                none(),
                none(),
                Optional.of(secret),
                none(),
                OptionalInt.empty(),
                none(),
                Optional.of(at),
                none(),
                100))
        .stream()
        .map(view -> view.oldest() + "-" + view.newest())
        .toList();
  }

  private static List<LeaseId> listed(Run run, Optional<Lease.State> state) {
    return ofRun(run, state).stream().map(view -> view.lease().id()).toList();
  }

  private static List<Lease.State> states(Run run) {
    return ofRun(run, none()).stream().map(Leases.View::state).toList();
  }

  private static List<Leases.View> ofRun(Run run, Optional<Lease.State> state) {
    return listed(
        new Leases.Filter(
            none(),
            none(),
            none(),
            Optional.of(run.id()),
            OptionalInt.empty(),
            state,
            none(),
            none(),
            100));
  }

  private static String active(SecretId secret) {
    List<String> ids =
        listed(
                new Leases.Filter(
                    none(),
                    none(),
                    Optional.of(secret),
                    none(),
                    OptionalInt.empty(),
                    Optional.of(Lease.State.ACTIVE),
                    none(),
                    none(),
                    100))
            .stream()
            .map(view -> "'" + view.lease().id() + "'")
            .toList();
    return ids.isEmpty() ? "NULL" : String.join(",", ids);
  }

  private static List<Leases.View> listed(Leases.Filter filter) {
    return await(world.leases.list(acme.grant(Action.LEASE_READ), filter));
  }

  private static Holders.Counts count(Holders holders, Holders.Target to) {
    return await(world.db.read(acme.id, tx -> holders.count(tx, to)));
  }

  private static List<Integer> heldVersions(SecretId secret) {
    var uses = new io.hushbus.lease.LeaseUses(world.ids, LeaseMeters.NONE);
    return await(world.db.read(acme.id, tx -> uses.heldVersions(tx, secret))).stream()
        .sorted()
        .toList();
  }

  private static int leasesOf(Run run) {
    return world.rows("SELECT 1 FROM lease WHERE run_id = '" + run.id() + "'").size();
  }

  private static LeaseId only(LeaseGrants.Granted granted) {
    granted.leases().forEach(LeasedSecret::close);
    assertThat(granted.leases()).hasSize(1);
    return granted.leases().getFirst().lease().id();
  }

  private static <T> Optional<T> none() {
    return Optional.empty();
  }
}
