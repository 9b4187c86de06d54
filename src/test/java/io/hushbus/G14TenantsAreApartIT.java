package io.hushbus;

import static io.hushbus.support.World.await;
import static io.hushbus.support.World.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.lease.Leases;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Resource;
import io.hushbus.model.SecretName;
import io.hushbus.secret.SecretFilter;
import io.hushbus.support.Canary;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** G14: ids and places of one tenant mean nothing in another. */
final class G14TenantsAreApartIT {

  private static World world;
  private static TenantWorld acme;
  private static TenantWorld globex;

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
  void a_secret_is_not_found_from_another_tenant_by_name_or_by_place() {
    acme.create(acme.demo, "ours", Canary.value());
    assertThat(failure(globex.getting(globex.demo, "ours"))).isInstanceOf(Failure.Missing.class);
    assertThat(failure(globex.getting(acme.demo, "ours"))).isInstanceOf(Failure.Missing.class);
    assertThat(failure(globex.leasing(acme.demo, "ours"))).isInstanceOf(Failure.Missing.class);
    assertThat(failure(globex.deleting(acme.demo, "ours"))).isInstanceOf(Failure.Missing.class);
  }

  @Test
  void a_secret_cannot_be_put_into_a_place_of_another_tenant() {
    assertThatThrownBy(() -> globex.create(acme.demo, "planted", Canary.value()))
        .isNotInstanceOf(AssertionError.class);
    assertThat(world.rows("SELECT 1 FROM secret WHERE name = 'planted'")).isEmpty();
  }

  @Test
  void a_lease_is_neither_seen_renewed_nor_ended_from_another_tenant() {
    acme.create(acme.demo, "held", Canary.value());
    LeaseId lease = acme.lease(acme.demo, "held").lease().id();
    assertThat(failure(world.leases.get(globex.grant(Action.LEASE_READ), lease)))
        .isInstanceOf(Failure.Missing.class);
    assertThat(failure(world.leases.locate(globex.id, lease, acme.someone)))
        .isInstanceOf(Failure.Missing.class);
    assertThat(failure(world.leases.revoke(globex.grant(Action.LEASE_REVOKE), lease)))
        .isInstanceOf(Failure.Missing.class);
    var renewed =
        world.leases.renew(globex.grant(acme.someone, Action.LEASE_RENEW), lease, Optional.empty());
    assertThat(failure(renewed)).isInstanceOf(Failure.Missing.class);
  }

  @Test
  void lists_hold_what_is_the_tenants_own() {
    acme.create(acme.demo, "listed", Canary.value());
    acme.lease(acme.demo, "listed").close();
    var secrets =
        world.secrets.list(
            globex.grant(Action.SECRET_LIST),
            acme.demoDevelopment,
            true,
            SecretFilter.NONE,
            "",
            100);
    assertThat(await(secrets).secrets()).isEmpty();
    var leases =
        world.leases.list(
            globex.grant(Action.LEASE_READ),
            new Leases.Filter(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                9));
    assertThat(await(leases)).isEmpty();
  }

  @Test
  void a_grant_for_one_action_serves_no_other() {
    assertThatThrownBy(
            () ->
                world.secrets.get(
                    acme.grant(Action.SECRET_LIST), acme.demo, new SecretName("any-name")))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(
            () ->
                world.leases.renew(
                    acme.grant(Action.LEASE_REVOKE), new LeaseId(acme.foreign()), Optional.empty()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_grant_for_a_project_or_a_thing_serves_no_other() {
    var inDemo = acme.grant(Action.SECRET_READ_METADATA, acme.demo);
    assertThatThrownBy(() -> world.secrets.get(inDemo, acme.organization, new SecretName("any")))
        .isInstanceOf(IllegalStateException.class);
    var ofOne = acme.grant(Action.LEASE_REVOKE, Resource.ofTenant("lease").withId(acme.foreign()));
    assertThatThrownBy(() -> world.leases.revoke(ofOne, new LeaseId(acme.foreign())))
        .isInstanceOf(IllegalStateException.class);
  }
}
