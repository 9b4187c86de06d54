package io.hushbus.rotation;

import static io.hushbus.support.World.await;
import static io.hushbus.support.World.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What one asks of the figures costs the others little. */
final class StatisticsIT {

  private static World world;
  private static TenantWorld acme;
  private static Statistics statistics;

  @BeforeAll
  static void start() {
    world = World.fresh();
    acme = world.tenant("acme");
    statistics = new Statistics(world.db, new Counts(world.vertx));
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  @Test
  void times_beyond_all_calendars_are_refused_and_leave_room_for_the_next() {
    for (Instant to :
        new Instant[] {Instant.MIN, Instant.MAX, Instant.parse("1999-12-31T00:00:00Z")}) {
      assertThat(failure(series(Optional.of(to)))).isInstanceOf(Failure.Invalid.class);
    }
    assertThat(await(series(Optional.empty())).steps()).hasSize(24);
  }

  @Test
  void of_more_than_a_thousand_rotations_the_newest_are_counted_and_it_says_so() {
    TenantWorld busy = world.tenant("busy");
    busy.create(busy.demo, "turned", "one");
    world.asOwner(
        """
        INSERT INTO rotation (tenant_id, rotation_id, secret_id, project_id, from_version, to_version,
                              strategy, phase, grace_seconds, started_by, started_at, ended_at, mac_generation,
                              row_mac)
        SELECT s.tenant_id, gen_random_uuid(), s.secret_id, s.scope_project, 1, 2, 'drain', 'completed',
               0, 'somebody', clock_timestamp(), clock_timestamp(), 1, sha256('row')
        FROM secret s, generate_series(1, 1001) WHERE s.tenant_id = '%s'
        """
            .formatted(busy.id));
    Statistics.Series series =
        await(statistics.series(busy.grant(Action.ROTATION_READ), ask(Optional.empty())));
    assertThat(series.complete()).isFalse();
    assertThat(series.steps().getLast().started()).isEqualTo(1000);
  }

  private static Future<Statistics.Series> series(Optional<Instant> to) {
    return statistics.series(acme.grant(Action.ROTATION_READ), ask(to));
  }

  private static Statistics.Ask ask(Optional<Instant> to) {
    return new Statistics.Ask(
        Optional.empty(), Optional.empty(), Optional.empty(), to, Optional.empty());
  }
}
