package io.hushbus.secret;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.Many;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Connections keep plans that were made while a tenant had few secrets, until the database looks at
 * its tables anew: by these too a secret is found without reading the others.
 */
final class KeptPlansIT {

  @ParameterizedTest
  @ValueSource(ints = {0, 20, 200})
  void a_name_is_found_by_the_plan_of_a_small_table(int before) {
    try (World world = World.fresh()) {
      TenantWorld acme = world.tenant("acme");
      Secret one = acme.create(acme.demoDevelopment, "one", "value");
      Many.early(world, one, before);
      String id = acme.id.toString();
      String plan =
          Many.keptPlan(
              world,
              SecretOpener.CURRENT,
              () -> Many.unseen(world, one, 5_000, 1),
              uuids(id, id),
              uuids(project(one), project(one)),
              uuids(domain(one), domain(one)),
              "ARRAY['one', 'none']");
      assertThat(Many.lookedAt(plan)).as(plan).isBetween(1L, 20L);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20, 200})
  void a_name_that_every_project_has_is_found_without_reading_those_of_others(int before) {
    try (World world = World.fresh()) {
      TenantWorld acme = world.tenant("acme");
      Secret one = acme.create(acme.demoDevelopment, "one", "value");
      Many.early(world, one, before);
      String plan =
          Many.keptPlan(
              world,
              SecretOpener.CURRENT,
              () -> Many.namesakes(world, one, 3_000),
              uuids(acme.id.toString(), acme.id.toString()),
              uuids(project(one), project(one)),
              uuids(domain(one), domain(one)),
              "ARRAY['one', 'none']");
      assertThat(Many.lookedAt(plan)).as(plan).isBetween(1L, 20L);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20, 200})
  void a_version_that_is_held_is_found_by_the_plan_of_a_small_table(int before) {
    try (World world = World.fresh()) {
      TenantWorld acme = world.tenant("acme");
      Secret one = acme.create(acme.demoDevelopment, "one", "value");
      Many.early(world, one, before);
      String id = acme.id.toString();
      String plan =
          Many.keptPlan(
              world,
              SecretOpener.HELD_BY_MANY,
              () -> Many.unseen(world, one, 5_000, 1),
              "ARRAY[0, 1]",
              uuids(id, id),
              uuids(one.id().toString(), one.id().toString()),
              "ARRAY[1, 2]");
      assertThat(Many.lookedAt(plan)).as(plan).isBetween(1L, 20L);
    }
  }

  private static String project(Secret one) {
    return one.scope().inProject().orElseThrow().id().toString();
  }

  private static String domain(Secret one) {
    return one.scope().inDomain().orElseThrow().id().toString();
  }

  private static String uuids(String one, String other) {
    return "ARRAY['%s', '%s']::uuid[]".formatted(one, other);
  }
}
