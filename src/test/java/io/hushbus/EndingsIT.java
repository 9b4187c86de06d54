package io.hushbus;

import static io.hushbus.support.World.await;
import static io.hushbus.support.World.awaitAll;
import static io.hushbus.support.World.failure;
import static io.hushbus.support.World.settled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.access.Job;
import io.hushbus.event.Idempotency;
import io.hushbus.lease.LeaseServices;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Once;
import io.hushbus.model.Resource;
import io.hushbus.model.SecretName;
import io.hushbus.model.Seen;
import io.hushbus.model.TenantName;
import io.hushbus.secret.Preconditions;
import io.hushbus.secret.Secret;
import io.hushbus.secret.TrashPurge;
import io.hushbus.support.Canary;
import io.hushbus.support.Saboteur;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import io.hushbus.tenant.Operation;
import io.hushbus.tenant.OperationKind;
import io.hushbus.tenant.OperationRunner;
import io.hushbus.tenant.OperationStep;
import io.hushbus.tenant.Operations;
import io.hushbus.tenant.QuotaChange;
import io.hushbus.tenant.TenantDeletion;
import io.hushbus.tenant.TenantErasure;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is over goes, and nothing else; what bounds a tenant bounds no other. */
final class EndingsIT {

  private static final Duration MONTH = Duration.ofDays(30);

  private static World world;

  @BeforeAll
  static void start() {
    world = World.fresh();
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  @Test
  void leases_long_over_are_forgotten_and_live_ones_never() {
    TenantWorld acme = world.tenant("forgetting");
    acme.create(acme.demo, "held", Canary.value());
    String old = acme.lease(acme.demo, "held").lease().id().toString();
    String live = acme.lease(acme.demo, "held").lease().id().toString();
    world.asOwner(
        """
        UPDATE lease SET issued_at = issued_at - interval '31 days',
          expires_at = expires_at - interval '31 days',
          max_expires_at = max_expires_at - interval '31 days'
        WHERE lease_id = '%s'
        """
            .formatted(old));

    var purge = LeaseServices.purge(world.db, new UUID(1, 1), MONTH, rows -> {});
    assertThat(await(purge.runOnce())).isEqualTo(1);
    assertThat(world.rows("SELECT lease_id FROM lease WHERE tenant_id = '" + acme.id + "'"))
        .containsExactly(live);
    var elsewhere = LeaseServices.purge(world.db, new UUID(2, 2), Duration.ZERO, rows -> {});
    assertThat(await(elsewhere.runOnce())).as("another node has the job").isZero();
  }

  @Test
  void keys_of_requests_are_forgotten_after_a_day() {
    TenantWorld acme = world.tenant("keys-forgotten");
    createOnce(acme, "first-key", "a-secret");
    createOnce(acme, "second-key", "b-secret");
    world.asOwner(
        """
        UPDATE idempotency SET created_at = created_at - interval '25 hours'
        WHERE (tenant_id, key_mac) IN (
          SELECT tenant_id, key_mac FROM idempotency WHERE tenant_id = '%s' LIMIT 1)
        """
            .formatted(acme.id));
    assertThat(await(Idempotency.purge(world.db, new UUID(1, 1), rows -> {}).runOnce()))
        .isEqualTo(1);
    assertThat(count(acme, "idempotency")).isEqualTo(1);
  }

  @Test
  void requests_at_once_under_one_key_make_one_thing() {
    TenantWorld acme = world.tenant("at-once");
    var all =
        settled(
            IntStream.range(0, 8)
                .mapToObj(i -> creatingOnce(acme, "one-key", "made-once"))
                .toList());
    all.stream()
        .filter(Future::failed)
        .forEach(
            one ->
                assertThat(((Failure) one.cause()).asConflict(Failure.Reason.KEY_IN_FLIGHT))
                    .isPresent());
    assertThat(all.stream().filter(Future::succeeded).map(one -> one.result().id()).distinct())
        .hasSize(1);
    assertThat(count(acme, "secret")).isEqualTo(1);
  }

  @Test
  void what_has_been_in_the_trash_for_its_time_is_destroyed_and_its_numbers_are_not_reused() {
    TenantWorld acme = world.tenant("trashing");
    acme.create(acme.demo, "leaving", Canary.value());
    acme.replace(acme.demo, "leaving", Canary.value());
    acme.delete(acme.demo, "leaving");
    acme.create(acme.demo, "younger", Canary.value());
    acme.delete(acme.demo, "younger");
    world.asOwner(
        """
        UPDATE secret SET deleted_at = deleted_at - interval '31 days'
        WHERE tenant_id = '%s' AND name = 'leaving'
        """
            .formatted(acme.id));

    assertThat(await(trashPurge().runOnce())).isEqualTo(1);

    assertThat(
            world.rows("SELECT name FROM secret WHERE tenant_id = '" + acme.id + "' ORDER BY name"))
        .containsExactly("younger");
    assertThat(count(acme, "secret_version")).isEqualTo(1);
    assertThat(acme.create(acme.demo, "leaving", Canary.value()).currentVersion()).isEqualTo(3);
    assertThat(
            world.rows(
                "SELECT action FROM audit_tail WHERE tenant_id = '"
                    + acme.id
                    + "' AND principal LIKE 'system:%'"))
        .containsExactly("secret_purge");
    assertUsageIsExact(acme);
  }

  @Test
  void a_forced_deletion_revokes_every_lease() {
    TenantWorld acme = world.tenant("forcing");
    acme.create(acme.demo, "held", Canary.value());
    IntStream.range(0, 3).forEach(i -> acme.lease(acme.demo, "held").close());
    assertThat(failure(acme.deleting(acme.demo, "held"))).isInstanceOf(Failure.Conflict.class);
    await(
        world.removals.forceDelete(
            acme.grant(Action.SECRET_FORCE_DELETE, acme.demo),
            acme.demo,
            new SecretName("held"),
            Preconditions.NONE));
    await(world.revocationSweep.runOnce());
    assertThat(
            world.rows(
                "SELECT lease_id FROM lease WHERE revoked_at IS NULL AND tenant_id = '"
                    + acme.id
                    + "'"))
        .isEmpty();
    assertThat(
            world.rows(
                "SELECT type || coalesce(' ' || (data ->> 'count'), '') FROM event WHERE tenant_id"
                    + " = '"
                    + acme.id
                    + "' ORDER BY position"))
        .containsExactly(
            "io.hushbus.secret.created.v1",
            "io.hushbus.lease.revoked.v1 3",
            "io.hushbus.secret.deleted.v1");
  }

  @Test
  void n36_a_quota_of_secrets_is_exact_under_concurrency_and_touches_no_other_tenant() {
    TenantWorld full = world.tenant("full");
    TenantWorld other = world.tenant("not-full");
    quota(full, new QuotaChange(of(5), none(), none(), none(), none(), none()));

    var made =
        settled(
            IntStream.range(0, 20)
                .mapToObj(i -> full.creating(full.demo, "crowd-" + i, Canary.value()))
                .toList());
    assertThat(made.stream().filter(Future::succeeded)).hasSize(5);
    made.stream()
        .filter(Future::failed)
        .forEach(
            one ->
                assertThat(one.cause())
                    .isInstanceOfSatisfying(
                        Failure.OverBudget.class,
                        over -> assertThat(over.budget()).isEqualTo("secrets")));
    assertThat(count(full, "secret")).isEqualTo(5);
    assertUsageIsExact(full);
    other.create(other.demo, "crowd-1", Canary.value());

    String one =
        world
            .rows("SELECT name FROM secret WHERE tenant_id = '" + full.id + "' LIMIT 1")
            .getFirst();
    full.delete(full.demo, one);
    full.create(full.demo, "in-its-place", Canary.value());
  }

  @Test
  void n36_versions_and_bytes_have_budgets_of_their_own() {
    TenantWorld acme = world.tenant("bounded");
    acme.create(acme.demo, "growing", Canary.value());
    quota(acme, new QuotaChange(none(), of(1), none(), none(), none(), none()));
    assertThat(failure(acme.replacing(acme.demo, "growing", Canary.value(), Preconditions.NONE)))
        .isInstanceOfSatisfying(
            Failure.OverBudget.class, over -> assertThat(over.budget()).isEqualTo("versions"));
    quota(acme, new QuotaChange(none(), none(), of(10), none(), none(), none()));
    assertThat(failure(acme.replacing(acme.demo, "growing", Canary.value(), Preconditions.NONE)))
        .isInstanceOfSatisfying(
            Failure.OverBudget.class, over -> assertThat(over.budget()).isEqualTo("bytes"));
    assertUsageIsExact(acme);
  }

  @Test
  void n36_a_quota_of_live_leases_holds_until_one_ends() {
    TenantWorld acme = world.tenant("leasing");
    TenantWorld other = world.tenant("leasing-too");
    acme.create(acme.demo, "wanted", Canary.value());
    other.create(other.demo, "wanted", Canary.value());
    quota(acme, new QuotaChange(none(), none(), none(), of(2), none(), none()));
    var first = acme.lease(acme.demo, "wanted");
    acme.lease(acme.demo, "wanted").close();
    assertThat(failure(acme.leasing(acme.demo, "wanted")))
        .isInstanceOfSatisfying(
            Failure.OverBudget.class, over -> assertThat(over.budget()).isEqualTo("leases"));
    other.lease(other.demo, "wanted").close();

    await(world.leases.revoke(acme.grant(Action.LEASE_REVOKE), first.lease().id()));
    Awaitility.await()
        .atMost(10, TimeUnit.SECONDS)
        .until(() -> settled(List.of(acme.leasing(acme.demo, "wanted"))).getFirst().succeeded());
  }

  @Test
  void what_is_counted_is_what_is_there_after_many_changes() {
    TenantWorld acme = world.tenant("counted");
    awaitAll(
        IntStream.range(0, 6)
            .mapToObj(i -> acme.creating(acme.demo, "many-" + i, Canary.value()))
            .toList());
    IntStream.range(0, 12).forEach(i -> acme.replace(acme.demo, "many-0", "v" + i));
    acme.delete(acme.demo, "many-1");
    acme.delete(acme.demo, "many-2");
    await(
        world.removals.destroy(
            acme.grant(Action.SECRET_DESTROY, acme.demo), acme.demo, new SecretName("many-0"), 12));
    assertUsageIsExact(acme);
  }

  @Test
  void what_is_destroyed_twice_is_taken_off_once() {
    TenantWorld acme = world.tenant("twice");
    acme.create(acme.demo, "one", Canary.value());
    acme.replace(acme.demo, "one", Canary.value());
    await(destroying(world, acme, 1));
    await(destroying(world, acme, 1));
    assertUsageIsExact(acme);
  }

  @Test
  void what_two_nodes_destroy_at_once_is_taken_off_once() {
    TenantWorld acme = world.tenant("two-nodes");
    acme.create(acme.demo, "one", Canary.value());
    acme.replace(acme.demo, "one", Canary.value());
    Saboteur saboteur = new Saboteur();
    try (World other = world.anotherNode(saboteur)) {
      saboteur.meanwhile(
          sql -> sql.contains("READ WRITE; SET LOCAL ROLE NONE"),
          () -> await(destroying(world, acme, 1)));
      await(destroying(other, acme, 1));
      assertThat(saboteur.struck()).isTrue();
    }
    assertUsageIsExact(acme);
  }

  private static Future<?> destroying(World node, TenantWorld tenant, int version) {
    return node.removals.destroy(
        tenant.grant(Action.SECRET_DESTROY, tenant.demo),
        tenant.demo,
        new SecretName("one"),
        version);
  }

  @Test
  void n35_a_deleted_tenant_is_gone_after_crashes_too_and_its_successor_sees_nothing() {
    TenantWorld old = world.tenant("phoenix");
    TenantWorld other = world.tenant("bystander");
    other.create(other.demo, "untouched", Canary.value());
    old.create(old.demo, "treasure", Canary.value());
    old.replace(old.demo, "treasure", Canary.value());
    old.lease(old.demo, "treasure").close();
    createOnce(old, "a-key", "another");
    quota(old, new QuotaChange(of(50), none(), none(), none(), none(), none()));

    Operations operations = new Operations(world.db, world.ledger, world.installation, world.ids);
    var deletion = new TenantDeletion(world.ledger, operations, tenant -> {});
    Grant operator = operator(Action.TENANT_OPERATE);
    assertThat(failure(deletion.begin(operator, new TenantName("phoenix"), "phenix")))
        .isInstanceOf(Failure.Invalid.class);
    Operation begun = await(deletion.begin(operator, new TenantName("phoenix"), "phoenix"));
    assertThat(failure(deletion.begin(operator, new TenantName("phoenix"), "phoenix")))
        .isInstanceOf(Failure.Conflict.class);

    erase(begun.id(), operations);

    assertThat(tablesOf(old))
        .isSubsetOf("audit_chain", "audit_checkpoint", "audit_tail", "operation", "tenant");
    assertThat(world.row("SELECT state FROM tenant WHERE tenant_id = '" + old.id + "'"))
        .isEqualTo("deleted");
    other.lease(other.demo, "untouched").close();

    TenantWorld anew = world.tenant("phoenix");
    assertThat(anew.id).isNotEqualTo(old.id);
    assertThat(failure(anew.getting(anew.demo, "treasure"))).isInstanceOf(Failure.Missing.class);
    assertThat(anew.create(anew.demo, "treasure", Canary.value()).currentVersion()).isEqualTo(1);
  }

  @Test
  void the_leases_that_end_with_a_tenant_are_recorded_once_with_selector_and_count() {
    TenantWorld old = world.tenant("lessor");
    old.create(old.demo, "treasure", Canary.value());
    IntStream.range(0, 3).forEach(i -> old.lease(old.demo, "treasure").close());
    Operations operations = new Operations(world.db, world.ledger, world.installation, world.ids);
    var deletion = new TenantDeletion(world.ledger, operations, tenant -> {});
    Operation begun =
        await(deletion.begin(operator(Action.TENANT_OPERATE), new TenantName("lessor"), "lessor"));
    erase(begun.id(), operations);
    assertThat(
            world.rows(
                """
                SELECT (detail ->> 'count') || ' ' || (detail -> 'selector' ->> 'tenant_id')
                FROM audit_tail WHERE tenant_id = '%1$s' AND action = 'lease_revoke'
                """
                    .formatted(old.id)))
        .containsExactly("3 " + old.id);
  }

  @Test
  void a_deletion_that_failed_is_begun_with_anew() {
    TenantWorld old = world.tenant("stubborn");
    old.create(old.demo, "treasure", Canary.value());
    Operations operations = new Operations(world.db, world.ledger, world.installation, world.ids);
    var deletion = new TenantDeletion(world.ledger, operations, tenant -> {});
    Grant operator = operator(Action.TENANT_OPERATE);
    Operation failed = await(deletion.begin(operator, new TenantName("stubborn"), "stubborn"));
    world.asOwner(
        "UPDATE operation SET state = 'failed', problem = 'internal', ended_at = now()"
            + " WHERE operation_id = '"
            + failed.id()
            + "'");

    Operation again = await(deletion.begin(operator, new TenantName("stubborn"), "stubborn"));

    assertThat(failure(deletion.begin(operator, new TenantName("stubborn"), "stubborn")))
        .as("while one is under way")
        .isInstanceOf(Failure.Conflict.class);
    erase(again.id(), operations);
    assertThat(world.row("SELECT state FROM tenant WHERE tenant_id = '" + old.id + "'"))
        .isEqualTo("deleted");
  }

  @Test
  void only_a_tenant_that_is_being_deleted_can_be_erased() {
    TenantWorld acme = world.tenant("alive");
    assertThatThrownBy(
            () -> world.asOwner("SELECT erase_tenant_rows('" + acme.id + "', 10, false)"))
        .isNotNull();
  }

  /** Every second piece ends in a crash before its commit, and the work is done all the same. */
  private static void erase(UUID operation, Operations operations) {
    OperationStep erasure =
        new TenantErasure(
            world.ledger,
            world.keyrings,
            operator(Action.TENANT_OPERATE),
            tenant -> world.policy.system(Job.LEASE_END, tenant),
            () -> {},
            new TenantErasure.Settings(Duration.ZERO, Duration.ofSeconds(45), 0, false));
    int[] pieces = {0};
    OperationStep crashing =
        (tx, work) ->
            erasure
                .step(tx, work)
                .compose(
                    progress ->
                        pieces[0]++ % 2 == 0
                            ? Future.failedFuture(Failure.unavailable(Failure.Dependency.DATABASE))
                            : Future.succeededFuture(progress));
    Map<OperationKind, OperationStep> steps = new EnumMap<>(OperationKind.class);
    for (OperationKind kind : OperationKind.values()) {
      steps.put(kind, crashing);
    }
    var runner =
        new OperationRunner(world.vertx, world.db, new UUID(9, 9), Duration.ofMillis(1), steps);
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .until(
            () -> {
              await(runner.runOnce());
              return await(operations.get(operator(Action.OPERATION_READ), operation, true))
                  .state()
                  .ended();
            });
    assertThat(await(operations.get(operator(Action.OPERATION_READ), operation, true)).state())
        .isEqualTo(Operation.State.SUCCEEDED);
  }

  private static Grant operator(Action action) {
    Grant job = world.policy.system(Job.TENANT_DELETION, world.installation.operatingTenant());
    return new Grant(job.caller(), action, job.resource(), job.request(), job.source());
  }

  private static TrashPurge trashPurge() {
    return new TrashPurge(
        world.db,
        world.ledger,
        world.quotas,
        world.inventory,
        new UUID(1, 1),
        MONTH,
        tenant -> world.policy.system(Job.TRASH_PURGE, tenant),
        rows -> {});
  }

  private static void quota(TenantWorld tenant, QuotaChange quota) {
    await(
        world.quotas.set(
            operator(Action.TENANT_OPERATE), new TenantName(tenant.name), quota, Seen.WHATEVER));
  }

  private static Secret createOnce(TenantWorld tenant, String key, String name) {
    return await(creatingOnce(tenant, key, name));
  }

  private static Future<Secret> creatingOnce(TenantWorld tenant, String key, String name) {
    Grant grant = tenant.grant(Action.SECRET_CREATE, Resource.in(tenant.demo, "secret"));
    Grant once =
        new Grant(
            grant.caller(),
            grant.action(),
            grant.resource(),
            grant.request(),
            grant.source(),
            Optional.of(new Once(key, new byte[32])));
    return world.changes.create(
        once, tenant.demo, TenantWorld.newText(name), TenantWorld.text(Canary.value()));
  }

  private static void assertUsageIsExact(TenantWorld tenant) {
    assertThat(
            world.row(
                "SELECT secrets || ' ' || versions || ' ' || bytes FROM tenant_usage WHERE"
                    + " tenant_id = '"
                    + tenant.id
                    + "'"))
        .isEqualTo(
            world.row(
                """
                SELECT (SELECT count(*) FROM secret WHERE tenant_id = '%1$s' AND deleted_at IS NULL)
                  || ' ' || count(*) || ' ' || coalesce(sum(size_bytes), 0)
                FROM secret_version WHERE tenant_id = '%1$s' AND state <> 'destroyed'
                """
                    .formatted(tenant.id)));
  }

  /** The tables that have rows of the tenant. */
  private static List<String> tablesOf(TenantWorld tenant) {
    return world
        .rows(
            """
            SELECT c.oid::regclass::text FROM pg_class c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
            WHERE c.relkind = 'r'
            """)
        .stream()
        .filter(table -> count(tenant, table) > 0)
        .toList();
  }

  private static long count(TenantWorld tenant, String table) {
    return Long.parseLong(
        world.row("SELECT count(*) FROM " + table + " WHERE tenant_id = '" + tenant.id + "'"));
  }

  private static OptionalLong of(long number) {
    return OptionalLong.of(number);
  }

  private static OptionalLong none() {
    return OptionalLong.empty();
  }
}
