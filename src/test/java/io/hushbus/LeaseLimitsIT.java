package io.hushbus;

import static io.hushbus.support.World.await;
import static io.hushbus.support.World.settled;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.lease.LeaseAsk;
import io.hushbus.lease.LeaseLimit;
import io.hushbus.lease.LeasedSecret;
import io.hushbus.lease.RunAsk;
import io.hushbus.lease.Runs;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.LeaseId;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Resource;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.hushbus.model.SecretValue;
import io.hushbus.model.Seen;
import io.hushbus.secret.MetadataEdit;
import io.hushbus.secret.Preconditions;
import io.hushbus.support.Canary;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import io.hushbus.tenant.ProjectQuota;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How long leases of one secret last, and how many of them and of runs one project may have. */
final class LeaseLimitsIT {

  private static final Duration FIVE = Duration.ofMinutes(5);
  private static final int MOST = 7;

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
  void g8_a_lease_lasts_no_longer_than_its_secret_allows_and_says_so() {
    String name = stored(acme.demo);
    limit(name, FIVE);
    try (LeasedSecret leased = leased(name, Duration.ofMinutes(30))) {
      var terms = leased.lease().terms();
      assertThat(terms.expiresAt()).isEqualTo(terms.issuedAt().plus(FIVE));
      assertThat(terms.maxExpiresAt()).isEqualTo(terms.issuedAt().plus(FIVE));
      assertThat(leased.limit()).contains(LeaseLimit.SECRET);
      var renewed = renewed(leased.lease().id(), Duration.ofMinutes(30));
      assertThat(renewed.lease().terms().expiresAt()).isEqualTo(terms.issuedAt().plus(FIVE));
      assertThat(renewed.limit()).contains(LeaseLimit.SECRET);
    }
  }

  @Test
  void
      g8_a_limit_that_is_lowered_shortens_at_the_next_renewal_and_one_that_is_lifted_revives_nothing() {
    String name = stored(acme.demo);
    LeaseId lease;
    Instant issued;
    try (LeasedSecret leased = leased(name, Duration.ofMinutes(10))) {
      lease = leased.lease().id();
      issued = leased.lease().terms().issuedAt();
    }
    limit(name, FIVE);
    assertThat(renewed(lease, Duration.ofMinutes(30)).lease().terms().maxExpiresAt())
        .isEqualTo(issued.plus(FIVE));
    limit(name, MetadataEdit.AS_FOR_ALL);
    assertThat(renewed(lease, Duration.ofMinutes(30)).lease().terms().expiresAt())
        .isEqualTo(issued.plus(FIVE));
    try (LeasedSecret fresh = leased(name, Duration.ofMinutes(30))) {
      assertThat(fresh.limit()).isEmpty();
    }
  }

  @Test
  void what_is_asked_to_be_promised_for_longer_than_the_secret_allows_is_refused() {
    String name = stored(acme.demo);
    limit(name, FIVE);
    var ask =
        new LeaseAsk(
            acme.demo,
            TenantWorld.ask(acme.demo, Optional.empty(), name).secrets(),
            Optional.empty(),
            Optional.of(Duration.ofMinutes(6)),
            Optional.empty());
    var refused =
        settled(List.of(world.grants.grant(acme.grant(Action.LEASE_GRANT, acme.demo), ask)));
    assertThat(refused.getFirst().cause()).isInstanceOf(Failure.Conflict.class);
  }

  @Test
  void n36_no_project_gets_a_lease_too_many_from_two_nodes_at_once_and_no_other_project_waits() {
    Scope busy = project("busy");
    String name = stored(busy);
    quota("busy", MOST, 100);
    List<Future<List<LeasedSecret>>> asked = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      World node = i % 2 == 0 ? world : other;
      asked.add(
          node.grants.grant(
              acme.grant(Action.LEASE_GRANT, busy), TenantWorld.ask(busy, Optional.empty(), name)));
    }
    settled(asked);
    asked.stream()
        .filter(Future::succeeded)
        .forEach(one -> one.result().forEach(LeasedSecret::close));
    assertThat(live("busy")).isBetween(1L, (long) MOST);
    assertThat(asked.stream().filter(Future::failed))
        .isNotEmpty()
        .allSatisfy(one -> assertThat(budget(one)).isEqualTo("project_leases"));
    leased(stored(acme.demo), FIVE).close();
  }

  @Test
  void n36_no_project_gets_a_run_too_many_from_two_nodes_at_once() {
    Scope busy = project("running");
    quota("running", 100, MOST);
    List<Future<Runs.Opened>> asked = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      World node = i % 2 == 0 ? world : other;
      asked.add(
          node.runs.open(
              acme.grant(Action.RUN_OPEN, busy),
              new RunAsk(
                  busy, Optional.empty(), "job-" + i, 1, Optional.empty(), Optional.empty())));
    }
    settled(asked);
    asked.stream()
        .filter(Future::succeeded)
        .forEach(one -> one.result().token().ifPresent(SecretValue::close));
    assertThat(asked.stream().filter(Future::succeeded)).hasSizeBetween(1, MOST);
    assertThat(asked.stream().filter(Future::failed))
        .isNotEmpty()
        .allSatisfy(one -> assertThat(budget(one)).isEqualTo("project_runs"));
  }

  private static String budget(Future<?> refused) {
    return refused.cause() instanceof Failure.OverBudget over ? over.budget() : "another failure";
  }

  private static long live(String project) {
    return Long.parseLong(
        world.row(
            "SELECT count(*) FROM lease l JOIN project p USING (tenant_id, project_id)"
                + " WHERE p.name = '"
                + project
                + "'"));
  }

  private static Scope project(String name) {
    await(
        world.projects.create(
            acme.grant(Action.PROJECT_ADMIN, Resource.ofTenant("project")),
            new ObjectName(name),
            ""));
    return acme.scope(name, "");
  }

  private static void quota(String project, long leases, long runs) {
    var place = acme.scope(project, "").inProject().orElseThrow();
    var resource = new Resource("project", Optional.of(place.id()), Optional.of(place.id()));
    await(
        world
            .quotas
            .projects()
            .set(
                acme.grant(Action.PROJECT_QUOTA, resource),
                new ObjectName(project),
                new ProjectQuota.Change(OptionalLong.of(leases), OptionalLong.of(runs)),
                Seen.WHATEVER));
  }

  private static String stored(Scope scope) {
    String name = "limited-" + ++names;
    acme.create(scope, name, Canary.value());
    return name;
  }

  private static void limit(String name, Duration longest) {
    await(
        world.edits.edit(
            acme.grant(Action.SECRET_CHANGE, acme.demo),
            acme.demo,
            new SecretName(name),
            new MetadataEdit(
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(longest)),
            Preconditions.NONE));
  }

  private static LeasedSecret leased(String name, Duration ttl) {
    return await(acme.leasing(acme.someone, acme.demo, Optional.of(ttl), name)).getFirst();
  }

  private static io.hushbus.lease.Leases.Renewed renewed(LeaseId lease, Duration ttl) {
    return await(
        world.leases.renew(acme.grant(acme.someone, Action.LEASE_RENEW), lease, Optional.of(ttl)));
  }
}
