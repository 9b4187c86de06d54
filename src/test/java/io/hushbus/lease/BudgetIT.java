package io.hushbus.lease;

import static io.hushbus.support.World.await;
import static io.hushbus.support.World.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.db.StatementProbe;
import io.hushbus.event.Idempotency;
import io.hushbus.model.Failure;
import io.hushbus.support.Many;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import io.hushbus.tenant.Nodes;
import io.hushbus.tenant.Quota;
import io.hushbus.tenant.Quotas;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a full budget costs. */
final class BudgetIT {

  private static final long PLENTY = 1_000_000;

  /** Counts statements with these words. */
  private record Watching(String words, AtomicInteger times) implements StatementProbe {

    static Watching reservations() {
      return new Watching("INSERT INTO lease_share", new AtomicInteger());
    }

    /** The statement that looks at all live leases of a tenant. */
    static Watching counts() {
      return new Watching(HoldingStore.LIVE_OF_TENANT, new AtomicInteger());
    }

    @Override
    public void before(String sql) {
      if (sql.contains(words)) {
        times.incrementAndGet();
      }
    }

    @Override
    public void after(String sql) {}
  }

  @Test
  void what_a_full_tenant_refuses_costs_its_project_nothing() {
    var reserving = Watching.reservations();
    try (World world = World.fresh(reserving)) {
      TenantWorld acme = world.tenant("acme");
      UUID project = acme.demo.inProject().orElseThrow().id();
      Budget budget = budget(world, 0, 100);
      var of = new Budgeted(acme.id, Budgeted.What.LEASES, Optional.of(project));
      for (int i = 0; i < 1000; i++) {
        assertThat(failure(budget.within(of, 1, () -> Future.succeededFuture("granted"))))
            .isInstanceOfSatisfying(
                Failure.OverBudget.class, full -> assertThat(full.budget()).isEqualTo("leases"));
      }
      assertThat(reserving.times()).as("once for the project, once for the tenant").hasValue(2);
      assertThat(world.row("SELECT reserved FROM lease_share WHERE project_id = '" + project + "'"))
          .isEqualTo("1");
    }
  }

  @Test
  void what_somebody_else_kept_from_being_done_gives_its_room_back() {
    var reserving = Watching.reservations();
    try (World world = World.fresh(reserving)) {
      TenantWorld acme = world.tenant("acme");
      Budget budget = budget(world, 1, 1);
      var of = new Budgeted(acme.id, Budgeted.What.LEASES, Optional.empty());
      for (int i = 0; i < 10; i++) {
        failure(budget.within(of, 1, () -> Future.failedFuture(Idempotency.atWork())));
      }
      assertThat(await(budget.within(of, 1, () -> Future.succeededFuture("done"))))
          .isEqualTo("done");
      assertThat(reserving.times()).hasValue(1);
    }
  }

  @Test
  void what_is_granted_counts_in_both() {
    try (World world = World.fresh()) {
      TenantWorld acme = world.tenant("acme");
      UUID project = acme.demo.inProject().orElseThrow().id();
      Budget budget = budget(world, 100, 1);
      var of = new Budgeted(acme.id, Budgeted.What.LEASES, Optional.of(project));
      Future<String> second =
          budget.within(
              of, 1, () -> budget.within(of, 1, () -> Future.succeededFuture("one too many")));
      assertThat(failure(second))
          .isInstanceOfSatisfying(
              Failure.OverBudget.class,
              full -> assertThat(full.budget()).isEqualTo("project_leases"));
      assertThat(await(budget.within(of.ofTenant(), 1, () -> Future.succeededFuture("done"))))
          .isEqualTo("done");
    }
  }

  @Test
  void what_is_live_is_counted_only_where_it_may_be_too_much() {
    var counting = Watching.counts();
    try (World world = World.fresh(counting)) {
      var ofAcme = tenant(world, "acme");
      Budget plenty = budget(world, PLENTY, PLENTY);
      for (int i = 0; i < 5; i++) {
        await(plenty.within(ofAcme, 20_000, () -> Future.succeededFuture("granted")));
      }
      assertThat(counting.times()).as("at first").hasValue(1);
      var ofGlobex = tenant(world, "globex");
      Budget little = budget(world, 1_000, PLENTY);
      for (int i = 0; i < 2; i++) {
        await(little.within(ofGlobex, 900, () -> Future.succeededFuture("granted, and over")));
      }
      assertThat(counting.times()).as("at first, and where the bound is met").hasValue(3);
    }
  }

  private static Budgeted tenant(World world, String name) {
    return new Budgeted(world.tenant(name).id, Budgeted.What.LEASES, Optional.empty());
  }

  @Test
  void a_bound_is_kept_by_whoever_believes_it_and_a_new_node_counts_for_itself() {
    try (World world = World.fresh()) {
      TenantWorld acme = world.tenant("acme");
      var of = new Budgeted(acme.id, Budgeted.What.LEASES, Optional.empty());
      Budget old = budget(world, 1_000, PLENTY);
      await(old.within(of, 1, () -> Future.succeededFuture("granted")));
      Many.like(world, acme.create(acme.demo, "one", "value"), 1, 1_000);
      Budget other = budget(world, 1_000, PLENTY);
      assertThat(failure(other.within(of, 1, () -> Future.succeededFuture("one too many"))))
          .isInstanceOf(Failure.OverBudget.class);
      assertThat(world.row("SELECT DISTINCT at_most >= 1000 FROM lease_share")).isEqualTo("t");
      int granted = 0;
      for (int i = 0; i < 50; i++) {
        granted +=
            await(
                old.within(of, 1, () -> Future.succeededFuture(1))
                    .transform(done -> Future.succeededFuture(done.succeeded() ? 1 : 0)));
      }
      assertThat(granted).as("what it had reserved, and no more").isLessThan(20);
    }
  }

  @Test
  void a_bound_is_none_once_more_is_live_than_was_counted() {
    var counting = Watching.counts();
    try (World world = World.fresh(counting)) {
      TenantWorld acme = world.tenant("acme");
      var of = new Budgeted(acme.id, Budgeted.What.LEASES, Optional.empty());
      Budget roomy = budget(world, 1_000, PLENTY);
      await(roomy.within(of, 1, () -> Future.succeededFuture("granted")));
      Many.like(world, acme.create(acme.demo, "one", "value"), 1, 900);
      Budget frozen = budget(world, 10, PLENTY);
      assertThat(failure(frozen.within(of, 1, () -> Future.succeededFuture("one too many"))))
          .isInstanceOf(Failure.OverBudget.class);
      assertThat(world.row("SELECT min(at_most) >= 900 FROM lease_share")).isEqualTo("t");
      int before = counting.times().get();
      await(roomy.within(of, 90, () -> Future.succeededFuture("granted")));
      assertThat(counting.times()).hasValue(before + 1);
      assertThat(world.row("SELECT DISTINCT at_most BETWEEN 990 AND 1000 FROM lease_share"))
          .isEqualTo("t");
    }
  }

  @Test
  void a_node_that_does_not_write_the_bound_makes_the_others_count() {
    var counting = Watching.counts();
    try (World world = World.fresh(counting)) {
      TenantWorld acme = world.tenant("acme");
      var of = new Budgeted(acme.id, Budgeted.What.LEASES, Optional.empty());
      world.asOwner(
          """
          INSERT INTO lease_share (tenant_id, what, project_id, node_id, reserved, ends_at)
          VALUES ('%s', '%s', '%s', '%s', 5, clock_timestamp())
          """
              .formatted(acme.id.value(), of.what().word(), of.part(), UUID.randomUUID()));
      Budget budget = budget(world, PLENTY, PLENTY);
      for (int i = 0; i < 2; i++) {
        await(budget.within(of, 20_000, () -> Future.succeededFuture("granted")));
      }
      assertThat(counting.times()).hasValue(2);
      assertThat(world.row("SELECT count(*) FROM lease_share WHERE at_most IS NULL"))
          .isEqualTo("1");
    }
  }

  /** Its clock stands still: what is full stays so. */
  private static Budget budget(World world, long leases, long projectLeases) {
    var quota =
        new Quota(
            PLENTY,
            PLENTY,
            PLENTY,
            leases,
            PLENTY,
            1000,
            PLENTY,
            projectLeases,
            PLENTY,
            Optional.empty());
    return new Budget(
        world.db,
        new Quotas(world.db, world.ledger, quota, System::nanoTime),
        new Nodes(world.db, world.keyrings, UUID.randomUUID(), "", Duration.ofSeconds(1)),
        () -> 0);
  }
}
