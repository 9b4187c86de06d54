package io.hushbus;

import static io.hushbus.support.World.await;
import static io.hushbus.support.World.failure;
import static io.hushbus.support.World.settled;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.lease.Lease;
import io.hushbus.lease.LeasedSecret;
import io.hushbus.lease.Leases;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Principal;
import io.hushbus.model.Resource;
import io.hushbus.model.SecretName;
import io.hushbus.support.Canary;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** G7, G8: a lease ends when it was revoked or its time has come, and nothing revives it. */
final class G7NoValueAfterTheEndIT {

  private static World world;
  private static World other;
  private static TenantWorld acme;
  private static int names;

  @BeforeAll
  static void start() {
    world = World.fresh();
    other = world.anotherNode();
    acme = world.tenant("acme");
  }

  @AfterAll
  static void stop() {
    other.close();
    world.close();
  }

  @Test
  void n65_a_lease_expires_by_the_clock_of_the_database_alone() {
    Lease lease = leased(Duration.ofMillis(700));
    List<Leases.View> seen = new ArrayList<>();
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              seen.add(view(world, lease.id()));
              return seen.getLast().state() == Lease.State.EXPIRED;
            });
    assertThat(seen)
        .allMatch(
            view ->
                (view.state() == Lease.State.EXPIRED)
                    == !view.now().isBefore(lease.terms().expiresAt()));
  }

  @Test
  void n66_an_expired_lease_is_not_renewed() {
    Lease lease = leased(Duration.ofMillis(1));
    Awaitility.await().until(() -> view(world, lease.id()).state() == Lease.State.EXPIRED);
    assertThat(failure(renewal(world, lease.id(), Duration.ofMinutes(1))))
        .isInstanceOf(Failure.Gone.class);
  }

  @Test
  void n66_a_renewal_that_waited_past_the_end_is_refused() throws SQLException {
    Lease lease = leased(Duration.ofMillis(700));
    Future<Leases.Renewed> waiting;
    try (Connection holder = world.database.owner()) {
      holder.setAutoCommit(false);
      lockRow(holder, lease.id());
      waiting = renewal(world, lease.id(), Duration.ofMinutes(1));
      Awaitility.await().until(() -> world.database.isWaitedIn());
      Awaitility.await().until(() -> view(world, lease.id()).state() == Lease.State.EXPIRED);
      holder.rollback();
    }
    assertThat(failure(waiting)).isInstanceOf(Failure.Gone.class);
    assertThat(view(world, lease.id()).state()).isEqualTo(Lease.State.EXPIRED);
  }

  @Test
  void n66_a_time_of_zero_is_refused() {
    String name = stored();
    var asked = acme.leasing(acme.someone, acme.demo, Optional.of(Duration.ZERO), name);
    assertThat(failure(asked)).isInstanceOf(Failure.Invalid.class);
    assertThat(failure(renewal(world, leased(Duration.ofMinutes(1)).id(), Duration.ZERO)))
        .isInstanceOf(Failure.Invalid.class);
  }

  @Test
  void n66_an_endless_time_is_cut_to_the_longest() {
    Lease lease = leased(Duration.ofSeconds(Long.MAX_VALUE));
    Instant wall = lease.terms().issuedAt().plus(World.LEASE_LIMITS.maxTtl());
    assertThat(lease.terms().expiresAt()).isEqualTo(wall);
    assertThat(lease.terms().maxExpiresAt()).isEqualTo(wall);
  }

  @Test
  void g8_renewals_never_pass_the_wall() {
    Lease lease = leased(Duration.ofMinutes(5));
    for (int i = 0; i < 5; i++) {
      Lease renewed = await(renewal(world, lease.id(), Duration.ofDays(3650))).lease();
      assertThat(renewed.terms().maxExpiresAt()).isEqualTo(lease.terms().maxExpiresAt());
      assertThat(renewed.terms().expiresAt()).isBeforeOrEqualTo(lease.terms().maxExpiresAt());
    }
  }

  @Test
  void a_renewal_may_shorten() {
    Lease lease = leased(Duration.ofMinutes(10));
    Lease renewed = await(renewal(world, lease.id(), Duration.ofMinutes(1))).lease();
    assertThat(renewed.terms().expiresAt()).isBefore(lease.terms().expiresAt());
  }

  @Test
  void n66_only_the_holder_renews_sees_and_ends_under_its_own_right() {
    LeaseId lease = leased(Duration.ofMinutes(5)).id();
    Principal stranger = acme.principal();
    var own = acme.grant(stranger, Action.LEASE_RENEW);
    assertThat(failure(world.leases.renew(own, lease, Optional.empty())))
        .isInstanceOf(Failure.Missing.class);
    assertThat(failure(world.leases.revoke(own, lease))).isInstanceOf(Failure.Missing.class);
    assertThat(failure(world.leases.get(own, lease))).isInstanceOf(Failure.Missing.class);
    assertThat(await(world.leases.list(own, everything()))).isEmpty();
    assertThat(view(world, lease).state()).isEqualTo(Lease.State.ACTIVE);
  }

  /** Few enough at once that none waits for a connection: each node has eight. */
  @Test
  void n67_no_renewal_that_starts_after_the_answer_to_a_revocation_succeeds() {
    for (int round = 0; round < 20; round++) {
      LeaseId lease = leased(Duration.ofMinutes(5)).id();
      List<Future<?>> before = new ArrayList<>();
      for (World node : List.of(world, other, world, other)) {
        before.add(renewal(node, lease, Duration.ofMinutes(2)));
        before.add(node.leases.get(acme.grant(Action.LEASE_READ), lease));
      }
      await(world.leases.revoke(acme.grant(Action.LEASE_REVOKE), lease));
      assertThat(failure(renewal(other, lease, Duration.ofMinutes(2))))
          .isInstanceOf(Failure.Gone.class);
      assertThat(view(other, lease).state()).isEqualTo(Lease.State.REVOKED);
      World.await(Future.join(before).transform(done -> Future.succeededFuture()));
      assertThat(before)
          .filteredOn(Future::failed)
          .allMatch(late -> late.cause() instanceof Failure.Gone);
      assertThat(view(world, lease).state()).isEqualTo(Lease.State.REVOKED);
    }
  }

  @Test
  void a_second_revocation_changes_nothing_and_is_no_failure() {
    LeaseId lease = leased(Duration.ofMinutes(5)).id();
    Lease once = await(world.leases.revoke(acme.grant(Action.LEASE_REVOKE), lease));
    Lease twice = await(world.leases.revoke(acme.grant(Action.LEASE_REVOKE), lease));
    assertThat(twice.revokedAt()).isEqualTo(once.revokedAt());
    assertThat(world.row("SELECT count(*) FROM event WHERE subject = 'leases/" + lease + "'"))
        .isEqualTo("1");
  }

  @Test
  void n73_a_lease_stays_on_its_version_and_is_told_of_the_newer() {
    String name = stored();
    Lease lease = lease(name, Duration.ofMinutes(5));
    assertThat(await(renewal(world, lease.id(), Duration.ofMinutes(1))).supersededBy()).isEmpty();
    acme.replace(acme.demo, name, Canary.value());
    Leases.Renewed renewed = await(renewal(world, lease.id(), Duration.ofMinutes(1)));
    assertThat(renewed.lease().version()).isEqualTo(1);
    assertThat(renewed.supersededBy()).hasValue(2);
  }

  @Test
  void n73_a_version_is_not_destroyed_while_a_lease_holds_it() {
    String name = stored();
    Lease lease = lease(name, Duration.ofMinutes(5));
    acme.replace(acme.demo, name, Canary.value());
    assertThat(failure(destroying(name))).isInstanceOf(Failure.Conflict.class);
    await(world.leases.revoke(acme.grant(Action.LEASE_REVOKE), lease.id()));
    await(destroying(name));
  }

  @Test
  void versions_past_the_limit_are_destroyed_but_for_those_that_leases_hold() {
    String name = stored();
    Lease lease = lease(name, Duration.ofMinutes(5));
    for (int i = 0; i < World.SECRET_LIMITS.maxVersions() + 2; i++) {
      acme.replace(acme.demo, name, Canary.value());
    }
    assertThat(destroyed(name)).containsExactly("2", "3");
    await(world.leases.revoke(acme.grant(Action.LEASE_REVOKE), lease.id()));
    acme.replace(acme.demo, name, Canary.value());
    assertThat(destroyed(name)).containsExactly("1", "2", "3", "4");
  }

  @Test
  void a_secret_in_use_is_not_deleted_and_the_users_are_named() {
    String name = stored();
    Lease lease = lease(name, Duration.ofMinutes(5));
    assertThat(failure(acme.deleting(acme.demo, name)))
        .isInstanceOfSatisfying(
            Failure.Conflict.class,
            conflict ->
                assertThat(conflict.blockers())
                    .containsExactly(new Failure.Blocker("lease", lease.id().toString())));
    await(world.leases.revoke(acme.grant(Action.LEASE_REVOKE), lease.id()));
    acme.delete(acme.demo, name);
  }

  @Test
  void of_a_deletion_and_grants_at_once_no_lease_is_left_on_a_deleted_secret() {
    for (int round = 0; round < 15; round++) {
      String name = stored();
      List<Future<List<LeasedSecret>>> grants = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        grants.add(acme.leasing(acme.demo, name));
      }
      var deletion = acme.deleting(acme.demo, name);
      World.await(deletion.transform(done -> Future.succeededFuture()));
      long leases = settled(grants).stream().filter(Future::succeeded).count();
      assertThat(deletion.succeeded() && leases > 0).isFalse();
    }
  }

  private static Future<?> destroying(String name) {
    return world.removals.destroy(
        acme.grant(Action.SECRET_DESTROY), acme.demo, new SecretName(name), 1);
  }

  private static List<String> destroyed(String name) {
    return world.rows(
        "SELECT v.version FROM secret_version v JOIN secret s USING (tenant_id, secret_id)"
            + " WHERE v.state = 'destroyed' AND s.name = '"
            + name
            + "' ORDER BY v.version");
  }

  private static Leases.Filter everything() {
    return new Leases.Filter(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        100);
  }

  private static Leases.View view(World node, LeaseId lease) {
    return await(node.leases.get(acme.grant(Action.LEASE_READ), lease));
  }

  private static Future<Leases.Renewed> renewal(World node, LeaseId lease, Duration ttl) {
    return node.leases.renew(
        acme.grant(acme.someone, Action.LEASE_RENEW, Resource.ofTenant("lease")),
        lease,
        Optional.of(ttl));
  }

  private static Lease leased(Duration ttl) {
    return lease(stored(), ttl);
  }

  private static Lease lease(String name, Duration ttl) {
    try (LeasedSecret leased =
        await(acme.leasing(acme.someone, acme.demo, Optional.of(ttl), name)).getFirst()) {
      return leased.lease();
    }
  }

  private static String stored() {
    String name = "leased-" + ++names;
    acme.create(acme.demo, name, Canary.value());
    return name;
  }

  private static void lockRow(Connection holder, LeaseId lease) throws SQLException {
    try (var lock =
        holder.prepareStatement("SELECT 1 FROM lease WHERE lease_id = ?::uuid FOR UPDATE")) {
      lock.setString(1, lease.toString());
      assertThat(lock.executeQuery().next()).isTrue();
    }
  }
}
