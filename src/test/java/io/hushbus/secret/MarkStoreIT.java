package io.hushbus.secret;

import static io.hushbus.support.World.await;
import static io.hushbus.support.World.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.model.Failure;
import io.hushbus.model.SecretName;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import io.vertx.core.Future;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** G5 at its root: a number under a name is given once, and marks only rise. */
final class MarkStoreIT {

  private static World world;
  private static TenantWorld acme;
  private static MarkStore marks;

  @BeforeAll
  static void start() {
    world = World.fresh();
    acme = world.tenant("acme");
    marks = new MarkStore(new RowMacs(await(world.keyrings.of(acme.id)), table -> {}));
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

  @Test
  void n53_a_mark_that_was_set_back_gives_no_number() {
    assertThat(raise("set-back", 7)).isEqualTo(7);
    world.asOwner("UPDATE version_mark SET high_water = 1 WHERE folded_name = 'set-back'");
    var name = new SecretName("set-back");
    for (Future<?> use :
        List.of(
            world.db.write(acme.id, tx -> marks.claim(tx, acme.demo, name, 2)),
            world.db.write(acme.id, tx -> marks.raise(tx, acme.demo, name, 2)),
            world.db.write(acme.id, tx -> marks.read(tx, acme.demo, name)))) {
      assertThat(failure(use)).isInstanceOf(Failure.Integrity.class);
    }
    world.asOwner("UPDATE version_mark SET high_water = 7 WHERE folded_name = 'set-back'");
    assertThat(claim("set-back", 8)).isTrue();
  }

  @Test
  void n53_the_mark_of_another_name_is_worth_nothing() {
    assertThat(raise("high", 9)).isEqualTo(9);
    assertThat(raise("low", 1)).isEqualTo(1);
    world.asOwner(
        """
        UPDATE version_mark m SET high_water = o.high_water, row_mac = o.row_mac
        FROM version_mark o
        WHERE m.folded_name = 'high' AND o.folded_name = 'low'
        """);
    var read = world.db.write(acme.id, tx -> marks.read(tx, acme.demo, new SecretName("high")));
    assertThat(failure(read)).isInstanceOf(Failure.Integrity.class);
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
