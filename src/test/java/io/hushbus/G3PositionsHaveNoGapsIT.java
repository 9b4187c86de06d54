package io.hushbus;

import static io.hushbus.support.World.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.Failure;
import io.hushbus.secret.Preconditions;
import io.hushbus.secret.Secret;
import io.hushbus.support.Canary;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * G3, G4, as far as the log goes: every committed change has its event, positions have no gaps at
 * any moment, and what an event tells of can be read.
 */
final class G3PositionsHaveNoGapsIT {

  private static World world;
  private static World other;
  private static TenantWorld acme;
  private static TenantWorld globex;

  @BeforeAll
  static void start() {
    world = World.fresh();
    other = world.anotherNode();
    acme = world.tenant("acme");
    globex = world.tenant("globex");
  }

  @AfterAll
  static void stop() {
    other.close();
    world.close();
  }

  @Test
  void at_every_moment_positions_are_one_to_the_last_under_sixteen_writers() {
    TenantWorld busy = world.tenant("busy");
    List<Future<Secret>> writers =
        IntStream.range(0, 16).mapToObj(i -> writer(busy, "written-" + i, 6)).toList();
    Future<?> all = Future.all(writers);
    while (!all.isComplete()) {
      assertWithoutGaps(positions(busy));
      assertWhatIsToldIsThere(busy);
    }
    await(all);
    // Each change is announced, and begins a rotation.
    assertThat(positions(busy)).hasSize(16 * (1 + 6 * 2));
    assertWithoutGaps(positions(busy));
  }

  @Test
  void the_checker_catches_a_gap_and_a_late_position() {
    assertThatThrownBy(() -> assertWithoutGaps(List.of(1L, 3L))).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> assertWithoutGaps(List.of(2L))).isInstanceOf(AssertionError.class);
  }

  @Test
  void a_change_that_fails_takes_no_position() {
    acme.create(acme.demo, "once", Canary.value());
    List<Long> before = positions(acme);
    World.failure(acme.creating(acme.demo, "once", Canary.value()));
    World.failure(acme.replacing(acme.demo, "once", Canary.value(), TenantWorld.ifMatch(7)));
    assertThat(positions(acme)).isEqualTo(before);
  }

  @Test
  void events_of_one_secret_are_in_the_order_of_its_versions() {
    acme.create(acme.demo, "ordered", Canary.value());
    List<Future<Secret>> race = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      race.add(acme.replacing(acme.demo, "ordered", Canary.value(), Preconditions.NONE));
    }
    World.settled(race);
    List<String> versions =
        world.rows(
            "SELECT data ->> 'version' FROM event WHERE data ->> 'name' = 'ordered'"
                + " AND type ~ 'secret.(created|version.announced).v1' ORDER BY position");
    assertThat(versions)
        .isEqualTo(IntStream.rangeClosed(1, versions.size()).mapToObj(String::valueOf).toList());
  }

  @Test
  void readers_are_hinted_after_the_commit_and_only_if_there_is_something_to_read() {
    acme.create(acme.demo, "hinted", Canary.value());
    world.hints.clear();
    acme.replace(acme.demo, "hinted", Canary.value());
    assertThat(world.hints).filteredOn(acme.id::equals).hasSize(1);
    acme.lease(acme.demo, "hinted").close();
    assertThat(world.hints).filteredOn(acme.id::equals).hasSize(1);
  }

  @Test
  void one_tenant_counts_apart_from_another() {
    globex.create(globex.demo, "apart", Canary.value());
    assertThat(positions(globex)).containsExactly(1L);
  }

  private static Future<Secret> writer(TenantWorld busy, String name, int changes) {
    Future<Secret> done = busy.creating(busy.demo, name, Canary.value());
    for (int i = 0; i < changes; i++) {
      done = done.compose(before -> change(busy, name));
    }
    return done;
  }

  /** The pool's queue is bounded, so a busy broker may say "not now". */
  private static Future<Secret> change(TenantWorld busy, String name) {
    return busy.replacing(busy.demo, name, Canary.value(), Preconditions.NONE)
        .recover(
            cause ->
                cause instanceof Failure.Unavailable
                    ? change(busy, name)
                    : Future.failedFuture(cause));
  }

  private static List<Long> positions(TenantWorld tenant) {
    return world
        .rows("SELECT position FROM event WHERE tenant_id = '" + tenant.id + "' ORDER BY position")
        .stream()
        .map(Long::parseLong)
        .toList();
  }

  private static void assertWithoutGaps(List<Long> positions) {
    assertThat(positions).isEqualTo(LongStream.rangeClosed(1, positions.size()).boxed().toList());
  }

  private static void assertWhatIsToldIsThere(TenantWorld tenant) {
    assertThat(
            world.rows(
                """
                SELECT e.position FROM event e
                LEFT JOIN secret s ON s.tenant_id = e.tenant_id
                  AND s.secret_id = (e.data ->> 'secret_id')::uuid
                  AND s.current_version >= (e.data ->> 'version')::int
                WHERE e.tenant_id = '%s' AND e.type LIKE 'io.hushbus.secret.%%' AND s.secret_id IS NULL
                """
                    .formatted(tenant.id)))
        .isEmpty();
  }
}
