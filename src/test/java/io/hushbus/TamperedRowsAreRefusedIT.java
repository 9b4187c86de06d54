package io.hushbus;

import static io.hushbus.support.World.await;
import static io.hushbus.support.World.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.lease.Lease;
import io.hushbus.lease.Leases;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Once;
import io.hushbus.model.SecretName;
import io.hushbus.secret.Preconditions;
import io.hushbus.support.Canary;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** N-52 to N-54: what a database administrator edits is refused, never followed. */
final class TamperedRowsAreRefusedIT {

  private static World world;
  private static TenantWorld acme;
  private static TenantWorld globex;
  private static int names;

  @BeforeAll
  static void start() {
    world = World.fresh();
    acme = world.tenant("acme");
    globex = world.tenant("globex");
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  @Test
  void n52_payloads_of_two_versions_swapped() {
    String name = twoVersions(acme);
    swapSealed(version(acme, name, 1), version(acme, name, 2));
    refused(acme, name);
  }

  @Test
  void n52_payloads_of_two_secrets_swapped() {
    String one = oneVersion(acme);
    String other = oneVersion(acme);
    swapSealed(version(acme, one, 1), version(acme, other, 1));
    refused(acme, one);
    refused(acme, other);
  }

  @Test
  void n52_payloads_of_two_tenants_swapped() {
    String one = oneVersion(acme);
    String other = oneVersion(globex);
    swapSealed(version(acme, one, 1), version(globex, other, 1));
    refused(acme, one);
    refused(globex, other);
  }

  @Test
  void n52_whole_version_rows_swapped_with_their_macs() {
    String name = twoVersions(acme);
    String swapped =
        "state, sealed, size_bytes, entry_names, digest, created_at, mac_generation, row_mac";
    world.asOwner(
        "UPDATE secret_version v SET (%1$s) = (SELECT %1$s FROM secret_version WHERE %2$s) WHERE %3$s"
            .formatted(swapped, version(acme, name, 1), version(acme, name, 2)));
    refused(acme, name);
  }

  @Test
  void n53_current_version_set_back() {
    String name = twoVersions(acme);
    world.asOwner("UPDATE secret SET current_version = 1 WHERE " + head(acme, name));
    refused(acme, name);
  }

  @Test
  void n53_deletion_undone() {
    String name = oneVersion(acme);
    acme.delete(acme.demo, name);
    world.asOwner("UPDATE secret SET deleted_at = NULL WHERE " + head(acme, name));
    refused(acme, name);
  }

  @Test
  void n53_destruction_undone() {
    String name = twoVersions(acme);
    await(
        world.removals.destroy(
            acme.grant(Action.SECRET_DESTROY), acme.demo, new SecretName(name), 1));
    world.asOwner(
        "UPDATE secret_version SET state = 'current', sealed = (SELECT sealed FROM secret_version"
            + " WHERE %s) WHERE %s".formatted(version(acme, name, 2), version(acme, name, 1)));
    var restored =
        world.changes.restore(
            acme.grant(Action.SECRET_CHANGE),
            acme.demo,
            new SecretName(name),
            1,
            Preconditions.NONE);
    assertThat(failure(restored)).isInstanceOf(Failure.Integrity.class);
  }

  @Test
  void n53_a_secret_moved_renamed_retyped_relabelled_or_freed_of_its_guards() {
    for (String edit :
        List.of(
            "project_id = NULL",
            "domain_id = (SELECT domain_id FROM domain WHERE tenant_id = secret.tenant_id LIMIT 1),"
                + " project_id = NULL",
            "name = 'Renamed', folded_name = 'renamed'",
            "type = 'file'",
            "labels = '{\"team\":\"other\"}'",
            "max_versions = 100",
            "cas_required = true",
            "next_version = 50",
            "meta_seq = meta_seq + 1")) {
      String name = oneVersion(acme);
      String id = world.row("SELECT secret_id FROM secret WHERE " + head(acme, name));
      world.asOwner("UPDATE secret SET " + edit + " WHERE secret_id = '" + id + "'");
      String found = edit.startsWith("name") ? "renamed" : name;
      assertThat(failure(acme.leasing(acme.demoDevelopment, found)))
          .as(edit)
          .isInstanceOf(Failure.Integrity.class);
      world.asOwner("UPDATE secret SET deleted_at = now() WHERE secret_id = '" + id + "'");
    }
  }

  @Test
  void n53_a_secret_found_under_the_name_of_another() {
    String wanted = oneVersion(acme);
    String other = oneVersion(acme);
    world.asOwner("UPDATE secret SET folded_name = 'aside' WHERE " + head(acme, wanted));
    world.asOwner(
        "UPDATE secret SET folded_name = '%s' WHERE %s".formatted(wanted, head(acme, other)));
    refused(acme, wanted);
  }

  @Test
  void n54_an_extended_or_moved_lease_counts_as_revoked() {
    for (String edit :
        List.of(
            "expires_at = expires_at + interval '1 minute'",
            "max_expires_at = max_expires_at + interval '1 day'",
            "version = 7",
            "secret_id = gen_random_uuid()",
            "entry_names = '{value}'",
            "run_id = gen_random_uuid()",
            "asked_ttl_ms = 1",
            "project_id = NULL",
            "row_mac = '\\x00'",
            "mac_generation = 9")) {
      LeaseId lease = leased();
      world.asOwner("UPDATE lease SET " + edit + " WHERE lease_id = '" + lease + "'");
      assertThat(state(lease)).as(edit).isEqualTo(Lease.State.REVOKED);
      assertThat(failure(renewal(lease))).as(edit).isInstanceOf(Failure.Gone.class);
    }
  }

  @Test
  void n54_a_revocation_undone_stays_one() {
    LeaseId lease = leased();
    await(world.leases.revoke(acme.grant(Action.LEASE_REVOKE), lease));
    world.asOwner("UPDATE lease SET revoked_at = NULL WHERE lease_id = '" + lease + "'");
    assertThat(state(lease)).isEqualTo(Lease.State.REVOKED);
    assertThat(failure(renewal(lease))).isInstanceOf(Failure.Gone.class);
  }

  @Test
  void n54_a_lease_given_to_another_holder_is_worth_nothing_to_either() {
    LeaseId lease = leased();
    var thief = acme.principal();
    world.asOwner(
        "UPDATE lease SET principal_id = '%s' WHERE lease_id = '%s'".formatted(thief.id(), lease));
    var stolen = world.leases.renew(acme.grant(thief, Action.LEASE_RENEW), lease, Optional.empty());
    assertThat(failure(stolen)).isInstanceOf(Failure.Gone.class);
    assertThat(failure(renewal(lease))).isInstanceOf(Failure.Missing.class);
  }

  @Test
  void a_kept_key_pointed_at_the_lease_of_another_gives_nothing() {
    LeaseId theirs = leased();
    var thief = acme.principal();
    var ask = TenantWorld.ask(acme.demo, Optional.empty(), oneVersion(acme));
    var key = new Once("pointed-elsewhere", new byte[32]);
    await(world.grants.grantOnce(acme.grant(thief, Action.LEASE_GRANT), ask, key));
    world.asOwner(
        "UPDATE idempotency SET made = '{%s}' WHERE principal = '%s'".formatted(theirs, thief));
    var again = world.grants.grantOnce(acme.grant(thief, Action.LEASE_GRANT), ask, key);
    assertThat(failure(again)).isInstanceOf(Failure.Gone.class);
  }

  @Test
  void an_untouched_row_is_not_refused() {
    LeaseId lease = leased();
    assertThat(state(lease)).isEqualTo(Lease.State.ACTIVE);
    assertThat(await(renewal(lease)).lease().id()).isEqualTo(lease);
  }

  /** However it is asked for, and however it is to be changed. */
  private static void refused(TenantWorld tenant, String name) {
    assertThat(failure(tenant.leasing(tenant.demo, name))).isInstanceOf(Failure.Integrity.class);
    assertThat(failure(tenant.leasing(tenant.demoDevelopment, name)))
        .isInstanceOf(Failure.Integrity.class);
  }

  private static io.vertx.core.Future<Leases.Renewed> renewal(LeaseId lease) {
    return world.leases.renew(
        acme.grant(acme.someone, Action.LEASE_RENEW), lease, Optional.empty());
  }

  private static Lease.State state(LeaseId lease) {
    return await(world.leases.get(acme.grant(Action.LEASE_READ), lease)).state();
  }

  private static LeaseId leased() {
    return acme.lease(acme.demo, oneVersion(acme)).lease().id();
  }

  private static String oneVersion(TenantWorld tenant) {
    String name = "tampered-" + ++names;
    tenant.create(tenant.demo, name, Canary.value());
    return name;
  }

  private static String twoVersions(TenantWorld tenant) {
    String name = oneVersion(tenant);
    tenant.replace(tenant.demo, name, Canary.value());
    return name;
  }

  private static void swapSealed(String one, String other) {
    world.asOwner(
        """
        CREATE TEMP TABLE kept AS SELECT sealed FROM secret_version WHERE %1$s;
        UPDATE secret_version SET sealed = (SELECT sealed FROM secret_version WHERE %2$s) WHERE %1$s;
        UPDATE secret_version SET sealed = (SELECT sealed FROM kept) WHERE %2$s
        """
            .formatted(one, other));
  }

  private static String head(TenantWorld tenant, String name) {
    return "tenant_id = '%s' AND folded_name = '%s'".formatted(tenant.id, name);
  }

  private static String version(TenantWorld tenant, String name, int number) {
    return "version = %d AND secret_id = (SELECT secret_id FROM secret WHERE %s)"
        .formatted(number, head(tenant, name));
  }
}
