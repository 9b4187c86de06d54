package io.hushbus;

import static io.hushbus.support.World.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole way of a value: stored, leased, replaced; on one node and on another. */
final class WorldIT {

  private static World world;
  private static TenantWorld acme;

  @BeforeAll
  static void start() {
    world = World.fresh();
    acme = world.tenant("acme");
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  @Test
  void what_was_stored_is_leased() {
    acme.create(acme.demo, "stored", "first");
    try (var leased = acme.lease(acme.demoDevelopment, "stored")) {
      assertThat(TenantWorld.value(leased)).isEqualTo("first");
      assertThat(leased.lease().version()).isEqualTo(1);
    }
  }

  @Test
  void a_change_through_one_node_is_leased_by_another() {
    acme.create(acme.demo, "shared", "first");
    try (World other = world.anotherNode()) {
      acme.replace(acme.demo, "shared", "second");
      var grant = acme.grant(io.hushbus.model.Action.LEASE_GRANT, acme.demo);
      try (var leased =
          await(
                  other.grants.grant(
                      grant, TenantWorld.ask(acme.demo, java.util.Optional.empty(), "shared")))
              .getFirst()) {
        assertThat(TenantWorld.value(leased)).isEqualTo("second");
      }
    }
  }
}
