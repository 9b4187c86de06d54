package io.hushbus.secret;

import static io.hushbus.support.World.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.model.SecretName;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** G5 at its root: a number under a name is given once, and marks only rise. */
final class MarkStoreIT {

  private final MarkStore marks = new MarkStore();
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
  void a_number_is_claimed_once() {
    assertThat(claim("claimed", 1)).isTrue();
    assertThat(claim("claimed", 1)).isFalse();
    assertThat(claim("Claimed", 1)).as("whatever its case").isFalse();
    assertThat(claim("claimed", 2)).isTrue();
  }

  @Test
  void a_number_below_the_mark_is_not_given() {
    assertThat(raise("raised", 7)).isEqualTo(7);
    assertThat(claim("raised", 5)).isFalse();
    assertThat(claim("raised", 8)).isTrue();
  }

  @Test
  void a_mark_never_falls() {
    assertThat(raise("rising", 7)).isEqualTo(7);
    assertThat(raise("rising", 3)).isEqualTo(7);
  }

  private boolean claim(String name, int number) {
    return await(
        world.db.write(acme.id, tx -> marks.claim(tx, acme.demo, new SecretName(name), number)));
  }

  private int raise(String name, int number) {
    return await(
        world.db.write(acme.id, tx -> marks.raise(tx, acme.demo, new SecretName(name), number)));
  }
}
