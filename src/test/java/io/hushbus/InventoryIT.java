package io.hushbus;

import static io.hushbus.support.World.await;
import static io.hushbus.support.World.settled;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.access.Job;
import io.hushbus.audit.AuditKeys;
import io.hushbus.audit.InventoryCheck;
import io.hushbus.audit.RestoreWatch;
import io.hushbus.crypto.Signer;
import io.hushbus.crypto.SystemKeyKind;
import io.hushbus.db.JobLease;
import io.hushbus.db.SystemTx;
import io.hushbus.model.Action;
import io.hushbus.model.Grant;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Resource;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.hushbus.model.Seen;
import io.hushbus.model.TenantId;
import io.hushbus.secret.Preconditions;
import io.hushbus.secret.Secret;
import io.hushbus.secret.TrashPurge;
import io.hushbus.support.Canary;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import io.hushbus.tenant.Projects;
import io.hushbus.tenant.Stocktaking.Shortfall;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** N-57: what was removed, hidden or set back by itself does not add up, and nothing else. */
final class InventoryIT {

  private static World world;
  private static int tenants;

  @BeforeAll
  static void start() {
    world = World.fresh();
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  @Test
  void n57_a_head_that_was_deleted_is_missed() {
    TenantWorld acme = tenant();
    Secret gone = acme.create(acme.demo, "gone", Canary.value());
    acme.create(acme.demo, "stays", Canary.value());
    assertThat(shortfall(acme)).isEmpty();
    world.asOwner("DELETE FROM secret_version WHERE secret_id = '%s'".formatted(gone.id()));
    world.asOwner("DELETE FROM secret WHERE secret_id = '%s'".formatted(gone.id()));
    assertThat(shortfall(acme)).contains(Shortfall.ROWS_DIFFER);
  }

  @Test
  void n57_a_narrow_head_that_was_hidden_so_that_a_wider_one_is_picked_is_missed() {
    TenantWorld acme = tenant();
    acme.create(acme.organization, "database", Canary.value());
    Secret narrow = acme.create(acme.demo, "database", Canary.value());
    assertThat(shortfall(acme)).isEmpty();
    world.asOwner(
        "UPDATE secret SET deleted_at = clock_timestamp() WHERE secret_id = '%s'"
            .formatted(narrow.id()));
    assertThat(shortfall(acme)).contains(Shortfall.ROWS_DIFFER);
    world.asOwner(
        "UPDATE secret SET deleted_at = NULL, folded_name = 'elsewhere' WHERE secret_id = '%s'"
            .formatted(narrow.id()));
    assertThat(shortfall(acme)).contains(Shortfall.ROWS_DIFFER);
    world.asOwner(
        "UPDATE secret SET folded_name = 'database' WHERE secret_id = '%s'".formatted(narrow.id()));
    assertThat(shortfall(acme)).as("as it was").isEmpty();
  }

  @Test
  void n57_a_head_that_a_policy_hides_from_requests_alone_is_missed() {
    TenantWorld acme = tenant();
    acme.create(acme.organization, "database", Canary.value());
    Secret narrow = acme.create(acme.demo, "database", Canary.value());
    world.asOwner(
        "CREATE POLICY hiding ON secret AS RESTRICTIVE TO %s USING (secret_id <> '%s')"
            .formatted(
                world.row(
                    "SELECT roles[1] FROM pg_policies WHERE policyname = 'own_tenant' LIMIT 1"),
                narrow.id()));
    try {
      assertThat(shortfall(acme)).contains(Shortfall.ROWS_DIFFER);
    } finally {
      world.asOwner("DROP POLICY hiding ON secret");
    }
    assertThat(shortfall(acme)).isEmpty();
  }

  @Test
  void n57_a_row_set_back_with_its_own_old_mac_is_noticed() {
    TenantWorld acme = tenant();
    Secret secret = acme.create(acme.demo, "rotated", Canary.value());
    String old = "old_head_" + tenants;
    world.asOwner(
        "CREATE TABLE %s AS SELECT * FROM secret WHERE secret_id = '%s'"
            .formatted(old, secret.id()));
    acme.replace(acme.demo, "rotated", Canary.value());
    assertThat(shortfall(acme)).isEmpty();
    world.asOwner(
        """
        UPDATE secret s SET current_version = o.current_version, next_version = o.next_version,
          meta_seq = o.meta_seq, updated_at = o.updated_at, rotation_id = o.rotation_id, mac_generation = o.mac_generation,
          row_mac = o.row_mac
        FROM %s o WHERE s.secret_id = o.secret_id
        """
            .formatted(old));
    assertThat(await(acme.getting(acme.demo, "rotated")).currentVersion())
        .as("the row by itself is genuine")
        .isEqualTo(1);
    assertThat(shortfall(acme)).contains(Shortfall.ROWS_DIFFER);
  }

  @Test
  void n57_the_table_of_secrets_set_back_alone_is_noticed() {
    TenantWorld acme = tenant();
    acme.create(acme.demo, "before", Canary.value());
    acme.delete(acme.demo, "before");
    String old = "old_secrets_" + tenants;
    world.asOwner(
        "CREATE TABLE %s AS SELECT secret_id FROM secret WHERE tenant_id = '%s'"
            .formatted(old, acme.id));
    acme.create(acme.demo, "after", Canary.value());
    for (String table : List.of("secret_version", "secret")) {
      world.asOwner(
          "DELETE FROM %s WHERE tenant_id = '%s' AND secret_id NOT IN (SELECT secret_id FROM %s)"
              .formatted(table, acme.id, old));
    }
    assertThat(shortfall(acme)).contains(Shortfall.ROWS_DIFFER);
  }

  @Test
  void n57_a_purged_secret_that_comes_back_is_noticed() {
    TenantWorld acme = tenant();
    Secret secret = acme.create(acme.demo, "revenant", Canary.value());
    acme.delete(acme.demo, "revenant");
    String old = "old_dead_" + tenants;
    world.asOwner(
        "CREATE TABLE %s AS SELECT tenant_id, secret_id, project_id, domain_id, name, folded_name, type,"
                .formatted(old)
            + " description, labels, entry_names, current_version, next_version, max_versions,"
            + " cas_required, meta_seq, created_by, created_at, updated_at, deleted_at,"
            + " mac_generation, row_mac FROM secret WHERE secret_id = '%s'".formatted(secret.id()));
    await(purge().runOnce());
    assertThat(world.rows("SELECT 1 FROM secret WHERE secret_id = '" + secret.id() + "'"))
        .isEmpty();
    assertThat(shortfall(acme)).isEmpty();
    world.asOwner(
        "INSERT INTO secret (tenant_id, secret_id, project_id, domain_id, name, folded_name, type,"
            + " description, labels, entry_names, current_version, next_version, max_versions,"
            + " cas_required, meta_seq, created_by, created_at, updated_at, deleted_at,"
            + " mac_generation, row_mac) SELECT * FROM "
            + old);
    assertThat(shortfall(acme)).contains(Shortfall.ROWS_DIFFER);
  }

  @Test
  void n57_an_adoption_or_a_share_that_was_deleted_is_missed() {
    TenantWorld acme = tenant();
    Sharing sharing = Sharing.in(acme);
    Secret secret = sharing.shared("camera");
    await(sharing.adopting(secret, "alias"));
    assertThat(shortfall(acme)).isEmpty();
    world.asOwner("DELETE FROM adoption WHERE secret_id = '%s'".formatted(secret.id()));
    assertThat(shortfall(acme)).contains(Shortfall.ROWS_DIFFER);

    TenantWorld other = tenant();
    Secret shared = Sharing.in(other).shared("camera");
    assertThat(shortfall(other)).isEmpty();
    world.asOwner("DELETE FROM secret_share WHERE secret_id = '%s'".formatted(shared.id()));
    assertThat(shortfall(other)).contains(Shortfall.ROWS_DIFFER);
  }

  @Test
  void n57_a_project_put_into_another_community_by_hand_is_noticed() {
    TenantWorld acme = tenant();
    Sharing sharing = Sharing.in(acme);
    world.asOwner("UPDATE project SET community_id = NULL" + of(acme) + " AND name = 'labs'");
    assertThat(shortfall(acme)).contains(Shortfall.ROWS_DIFFER);
    world.asOwner(
        "UPDATE project SET community_id = '%s'".formatted(sharing.community())
            + of(acme)
            + " AND name = 'labs'");
    assertThat(shortfall(acme)).isEmpty();
  }

  @Test
  void n57_the_sum_itself_can_be_neither_edited_nor_removed_nor_taken_from_another_tenant() {
    TenantWorld acme = tenant();
    TenantWorld other = tenant();
    acme.create(acme.demo, "one", Canary.value());
    other.create(other.demo, "one", Canary.value());
    for (String edit : List.of("secrets = 0", "change = change + 1", "highest = 99")) {
      String old = "old_sum_%d_%d".formatted(tenants, edit.length());
      world.asOwner("CREATE TABLE %s AS TABLE tenant_inventory".formatted(old));
      world.asOwner("UPDATE tenant_inventory SET " + edit + of(acme));
      assertThat(shortfall(acme)).contains(Shortfall.INVENTORY_FORGED);
      world.asOwner("DELETE FROM tenant_inventory" + of(acme));
      assertThat(shortfall(acme)).contains(Shortfall.INVENTORY_MISSING);
      world.asOwner("INSERT INTO tenant_inventory SELECT * FROM " + old + of(acme));
      assertThat(shortfall(acme)).isEmpty();
    }
    world.asOwner("DELETE FROM tenant_inventory" + of(acme));
    world.asOwner(
        """
        INSERT INTO tenant_inventory (tenant_id, change, secrets, highest, epoch, position, nonce, masked, mac)
        SELECT '%s', change, secrets, highest, epoch, position, nonce, masked, mac FROM tenant_inventory
        """
                .formatted(acme.id)
            + of(other));
    assertThat(shortfall(acme)).contains(Shortfall.INVENTORY_FORGED);
  }

  @Test
  void n57_an_event_log_set_back_is_noticed() {
    TenantWorld acme = tenant();
    acme.create(acme.demo, "one", Canary.value());
    acme.create(acme.demo, "two", Canary.value());
    world.asOwner("UPDATE tenant_stream SET head = 0" + of(acme));
    assertThat(shortfall(acme)).contains(Shortfall.LOG_BEHIND);
  }

  @Test
  void n57_one_round_finds_all_of_it_and_every_node_keeps_the_tenant_shut_until_it_adds_up() {
    TenantWorld acme = tenant();
    TenantWorld other = tenant();
    Secret secret = acme.create(acme.demo, "one", Canary.value());
    other.create(other.demo, "one", Canary.value());
    List<Set<TenantId>> told = new ArrayList<>();
    AuditKeys keys = keys();
    var watch = new RestoreWatch(world.db, keys, Optional.empty(), told::add);
    var check =
        new InventoryCheck(
            world.db,
            new JobLease(
                world.db,
                SystemTx.Job.AUDIT_SEALER,
                "inventory-check",
                new UUID(1, 1),
                Duration.ofMinutes(1)),
            keys,
            world.stock);
    await(check.runOnce());
    assertThat(await(watch.look())).doesNotContain(acme.id, other.id);

    world.asOwner("UPDATE secret SET deleted_at = now() WHERE secret_id = '" + secret.id() + "'");
    assertThat(await(check.runOnce())).isPositive();
    assertThat(await(watch.look())).contains(acme.id).doesNotContain(other.id);
    assertThat(told.getLast()).contains(acme.id);

    world.asOwner("UPDATE secret SET deleted_at = NULL WHERE secret_id = '" + secret.id() + "'");
    await(check.runOnce());
    assertThat(await(watch.look())).doesNotContain(acme.id);
  }

  @Test
  void a_tenant_from_before_there_were_inventories_is_counted_once_and_watched_then() {
    TenantWorld acme = tenant();
    Secret secret = acme.create(acme.demo, "older", Canary.value());
    world.asOwner(
        "UPDATE tenant_inventory SET change = 0, secrets = 0, masked = '', mac = ''" + of(acme));
    acme.create(acme.demo, "while-uncounted", Canary.value());
    assertThat(shortfall(acme)).isEmpty();
    await(world.db.system(SystemTx.Job.AUDIT_SEALER, tx -> world.stock.accept(tx, acme.id, 0)));
    acme.create(acme.demo, "counted", Canary.value());
    assertThat(shortfall(acme)).isEmpty();
    assertThat(world.row("SELECT secrets FROM tenant_inventory" + of(acme))).isEqualTo("3");
    world.asOwner(
        "UPDATE secret SET deleted_at = now() WHERE secret_id = '%s'".formatted(secret.id()));
    assertThat(shortfall(acme)).contains(Shortfall.ROWS_DIFFER);
  }

  @Test
  void whatever_the_broker_does_at_once_adds_up_at_every_moment() {
    TenantWorld acme = tenant();
    Sharing sharing = Sharing.in(acme);
    for (int round = 0; round < 8; round++) {
      String name = "busy-" + round;
      Secret secret = sharing.shared(name);
      acme.create(acme.demo, "trash-" + round, Canary.value());
      List<Future<Object>> all = new ArrayList<>();
      all.add(acme.creating(acme.demo, "fresh-" + round, Canary.value()).map(one -> one));
      all.add(acme.creating(acme.demo, "fresh-" + round, Canary.value()).map(one -> one));
      all.add(sharing.adopting(secret, "alias-" + round).map(one -> one));
      all.add(taking(acme).map(one -> one));
      all.add(acme.replacing(acme.demo, name, Canary.value(), Preconditions.NONE).map(one -> one));
      all.add(acme.replacing(acme.demo, name, Canary.value(), Preconditions.NONE).map(one -> one));
      all.add(acme.deleting(acme.demo, "trash-" + round).map(one -> one));
      all.add(taking(acme).map(one -> one));
      all.add(sharing.unsharing(secret).map(one -> one));
      all.add(purge().runOnce().map(one -> one));
      all.add(taking(acme).map(one -> one));
      settled(all).stream()
          .filter(one -> one.succeeded() && one.result() instanceof Optional<?>)
          .forEach(one -> assertThat((Optional<?>) one.result()).isEmpty());
    }
    sharing.leaveWhileSharing();
    assertThat(shortfall(acme)).isEmpty();
  }

  /** A community with the project {@code demo} and another one. */
  private record Sharing(TenantWorld tenant, UUID community, Scope labs) {

    static Sharing in(TenantWorld tenant) {
      UUID community =
          await(
                  world.communities.create(
                      tenant.grant(Action.COMMUNITY_ADMIN), new ObjectName("vision"), ""))
              .id();
      Sharing sharing = new Sharing(tenant, community, tenant.organization);
      sharing.move(Optional.of(community));
      await(
          world.projects.create(
              tenant.grant(Action.PROJECT_ADMIN),
              new ObjectName("labs"),
              "",
              Optional.of(community)));
      return new Sharing(tenant, community, tenant.scope("labs", ""));
    }

    void move(Optional<UUID> to) {
      UUID project = tenant.demo.inProject().orElseThrow().id();
      Resource demo = new Resource("project", Optional.of(project), Optional.of(project));
      await(
          world.projects.edit(
              tenant.grant(Action.PROJECT_ADMIN, demo),
              tenant.grant(Action.COMMUNITY_ADMIN, demo),
              new Projects.Edit(
                  Optional.empty(),
                  Optional.empty(),
                  Optional.of(new Projects.Edit.Membership(to))),
              Seen.WHATEVER));
    }

    Secret shared(String name) {
      Secret secret = tenant.create(tenant.demo, name, Canary.value());
      await(world.shares.share(right(), tenant.demo, secret.name()));
      return secret;
    }

    Future<?> adopting(Secret secret, String alias) {
      return world.adoptions.adopt(
          tenant.grant(Action.SECRET_ADOPT, labs),
          labs.inProject().orElseThrow(),
          secret.id(),
          Optional.of(new SecretName(alias)));
    }

    Future<?> unsharing(Secret secret) {
      return world.shares.unshare(right(), tenant.demo, secret.name());
    }

    void leaveWhileSharing() {
      await(adopting(shared("left-behind"), "left-behind-alias"));
      assertThat(shortfall(tenant)).isEmpty();
      move(Optional.empty());
    }

    private Grant right() {
      return tenant.grant(Action.SECRET_SHARE, Resource.in(tenant.demo, "secret").at(community));
    }
  }

  private static TrashPurge purge() {
    return new TrashPurge(
        world.db,
        world.ledger,
        world.quotas,
        world.inventory,
        new UUID(1, 1),
        Duration.ZERO,
        tenant -> world.policy.system(Job.TRASH_PURGE, tenant),
        rows -> {});
  }

  private static AuditKeys keys() {
    return new AuditKeys(
        world.installation.clusterId(),
        world.installation.systemKey(SystemKeyKind.AUDIT_MAC),
        List.of(new Signer(world.installation.systemKey(SystemKeyKind.AUDIT_SIGNING))));
  }

  private static Optional<Shortfall> shortfall(TenantWorld tenant) {
    return await(taking(tenant));
  }

  private static Future<Optional<Shortfall>> taking(TenantWorld tenant) {
    return world.db.read(tenant.id, world.stock::take).map(taken -> taken.shortfall());
  }

  private static String of(TenantWorld tenant) {
    return " WHERE tenant_id = '" + tenant.id + "'";
  }

  private static TenantWorld tenant() {
    return world.tenant("tenant-" + ++tenants);
  }
}
