package io.hushbus.lease;

import static io.hushbus.support.World.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.db.StatementProbe;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.LeaseId;
import io.hushbus.secret.Secret;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Leases that the node renewed before: what it knows of them counts as long as it is so. */
final class KnownRenewalsIT {

  private static final Duration LONG = Duration.ofMinutes(40);

  /** All that went to the database since it was cleared. */
  private record Seeing(Queue<String> statements) implements StatementProbe {

    @Override
    public void before(String sql) {
      statements.add(sql);
    }

    @Override
    public void after(String sql) {}
  }

  private static final Queue<String> STATEMENTS = new ConcurrentLinkedQueue<>();

  private static World world;
  private static TenantWorld acme;
  private static int named;

  private Secret secret;
  private Lease lease;

  @BeforeAll
  static void start() {
    world = World.fresh(new Seeing(STATEMENTS));
    acme = world.tenant("acme");
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  @BeforeEach
  void renewedOnce() {
    secret = acme.create(acme.demo, "known-" + named++, "value");
    lease = leased();
    renewed();
  }

  private Lease leased() {
    return acme.lease(acme.demo, name()).lease();
  }

  private String name() {
    return secret.name().text();
  }

  private Leases.Renewed renewed() {
    return await(renewal(Optional.of(LONG)));
  }

  private static Future<Leases.Renewed> renewal(LeaseId id, Optional<Duration> ttl) {
    return world.leases.renew(acme.grant(Action.LEASE_RENEW), id, ttl);
  }

  private Future<Leases.Renewed> renewal(Optional<Duration> ttl) {
    return renewal(lease.id(), ttl);
  }

  private String stored(String column) {
    return world.row("SELECT " + column + " FROM lease WHERE lease_id = '" + lease.id() + "'");
  }

  private long records() {
    return Long.parseLong(
        world.row(
            "SELECT count(*) FROM (SELECT resource_id, action FROM audit_tail UNION ALL SELECT"
                + " resource_id, action FROM audit_record) all_of_them WHERE action ="
                + " 'lease_renew' AND resource_id = '"
                + lease.id()
                + "'"));
  }

  private void refused() {
    assertThatThrownBy(this::renewed).isInstanceOf(Failure.Gone.class);
  }

  @Test
  void it_is_renewed_from_now_on_and_each_time_is_audited() {
    Leases.Renewed first = renewed();
    Leases.Renewed again = renewed();
    assertThat(again.now()).isAfterOrEqualTo(first.now());
    assertThat(again.lease().terms().expiresAt()).isEqualTo(again.now().plus(LONG));
    assertThat(stored("expires_at = '" + again.lease().terms().expiresAt() + "'")).isEqualTo("t");
    assertThat(records()).isEqualTo(3);
  }

  @Test
  void one_is_written_by_one_statement_and_read_by_none() {
    STATEMENTS.clear();
    renewed();
    assertThat(STATEMENTS).contains(LeaseBatchStore.AGAIN).doesNotContain(LeaseBatchStore.LOCK);
  }

  @Test
  void once_it_was_revoked_it_is_over() {
    await(world.leases.revoke(acme.grant(Action.LEASE_REVOKE), lease.id()));
    refused();
    assertThat(records()).isEqualTo(1);
  }

  @Test
  void once_it_was_revoked_with_others_it_is_over() {
    await(
        world.bulk.revoke(
            acme.grant(Action.LEASE_REVOKE), Revocation.Selector.ofSecret(secret.id())));
    refused();
  }

  @Test
  void once_it_expired_it_is_over() {
    world.asOwner(
        "UPDATE lease SET expires_at = clock_timestamp() WHERE lease_id = '" + lease.id() + "'");
    refused();
  }

  @Test
  void a_row_of_another_hand_is_not_believed() {
    world.asOwner(
        "UPDATE lease SET row_mac = sha256('another') WHERE lease_id = '" + lease.id() + "'");
    refused();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "issued_at = issued_at - interval '1 minute'",
        "max_expires_at = max_expires_at + interval '1 day'",
        "expires_at = expires_at + interval '1 minute'",
        "principal_id = gen_random_uuid()",
        "secret_id = gen_random_uuid()",
        "version = 2, applied_version = 2",
        "bound_to = 'another'",
        "project_id = gen_random_uuid()",
        "revoked_at = clock_timestamp()",
        "run_id = gen_random_uuid()",
        "adoption_id = gen_random_uuid()"
      })
  void a_row_of_which_another_hand_left_the_mac_is_not_believed(String change) {
    world.asOwner("UPDATE lease SET " + change + " WHERE lease_id = '" + lease.id() + "'");
    assertThatThrownBy(this::renewed).isInstanceOf(Failure.class);
    assertThat(records()).isEqualTo(1);
  }

  @Test
  void a_newer_version_is_told() {
    assertThat(renewed().supersededBy()).isEmpty();
    acme.replace(acme.demo, name(), "newer");
    assertThat(renewed().supersededBy()).contains(2);
    assertThat(renewed().supersededBy()).contains(2);
  }

  @Test
  void a_version_that_was_touched_is_looked_at_again() {
    world.asOwner(
        "UPDATE secret_version SET row_mac = sha256('another') WHERE secret_id = '"
            + secret.id()
            + "'");
    assertThatThrownBy(this::renewed).isInstanceOf(Failure.Integrity.class);
  }

  @Test
  void a_version_whose_time_has_come_is_over() {
    acme.replace(acme.demo, name(), "newer");
    renewed();
    world.asOwner(
        "UPDATE secret_version SET valid_until = clock_timestamp() WHERE version = 1 AND secret_id"
            + " = '"
            + secret.id()
            + "'");
    assertThatThrownBy(this::renewed).isInstanceOf(Failure.class);
  }

  @Test
  void a_deleted_secret_ends_it() {
    world.asOwner(
        "UPDATE secret SET deleted_at = clock_timestamp() WHERE secret_id = '" + secret.id() + "'");
    assertThatThrownBy(this::renewed).isInstanceOf(Failure.class);
  }

  @Test
  void another_caller_does_not_profit() {
    var stranger = acme.grant(acme.principal(), Action.LEASE_RENEW);
    assertThatThrownBy(() -> await(world.leases.renew(stranger, lease.id(), Optional.empty())))
        .isInstanceOf(Failure.Missing.class);
    renewed();
  }

  @Test
  void a_length_that_cannot_be_is_refused_and_nothing_is_lost() {
    assertThatThrownBy(() -> await(renewal(Optional.of(Duration.ZERO))))
        .isInstanceOf(Failure.Invalid.class);
    renewed();
    assertThat(records()).isEqualTo(2);
  }

  @Test
  void of_many_at_once_each_is_answered_and_audited_once() {
    var all = IntStream.range(0, 20).mapToObj(i -> renewal(Optional.of(LONG))).toList();
    all.forEach(World::await);
    assertThat(records()).isEqualTo(21);
    renewed();
  }

  @Test
  void those_that_are_known_and_those_that_are_not_go_together() {
    Lease other = leased();
    Lease third = leased();
    await(world.leases.revoke(acme.grant(Action.LEASE_REVOKE), third.id()));
    var known = renewal(Optional.of(LONG));
    var unknown = renewal(other.id(), Optional.of(LONG));
    var over = renewal(third.id(), Optional.of(LONG));
    assertThat(await(known).lease().id()).isEqualTo(lease.id());
    assertThat(await(unknown).lease().id()).isEqualTo(other.id());
    assertThatThrownBy(() -> await(over)).isInstanceOf(Failure.Gone.class);
  }

  @Test
  void of_many_known_ones_none_is_read() {
    var ids = IntStream.range(0, 64).mapToObj(i -> leased().id()).toList();
    for (int round = 0; round < 5; round++) {
      STATEMENTS.clear();
      var all = ids.stream().map(id -> renewal(id, Optional.of(LONG))).toList();
      all.forEach(World::await);
    }
    assertThat(STATEMENTS).contains(LeaseBatchStore.AGAIN).doesNotContain(LeaseBatchStore.LOCK);
  }
}
