package io.hushbus.secret;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.Many;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
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
    looksAtFew(before, SecretOpener.CURRENT, KeptPlansIT::others, KeptPlansIT::names);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20, 200})
  void a_name_that_every_project_has_is_found_without_reading_those_of_others(int before) {
    looksAtFew(
        before,
        SecretOpener.CURRENT,
        (world, one) -> Many.namesakes(world, one, 3_000),
        KeptPlansIT::names);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20, 200})
  void a_version_that_is_held_is_found_by_the_plan_of_a_small_table(int before) {
    looksAtFew(
        before,
        SecretOpener.HELD_BY_MANY,
        KeptPlansIT::others,
        (tenant, one) ->
            new String[] {
              "ARRAY[0, 1]", twice(tenant.id), twice(one.id()), "ARRAY[1, 2]",
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20, 200})
  void a_head_is_read_with_its_version_and_none_of_others(int before) {
    looksAtFew(
        before,
        SecretStore.CURRENT,
        KeptPlansIT::others,
        (tenant, one) ->
            new String[] {
              quoted(tenant.id),
              quoted(one.scope().inProject().orElseThrow().id()),
              quoted(one.scope().inDomain().orElseThrow().id()),
              "'one'"
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20, 200})
  void what_is_kept_of_a_secret_is_read_without_what_was_destroyed(int before) {
    looksAtFew(
        before,
        VersionStore.KEPT,
        (world, one) -> Many.destroyed(world, one, 3_000),
        (tenant, one) -> new String[] {quoted(tenant.id), quoted(one.id())});
  }

  private static void others(World world, Secret one) {
    Many.unseen(world, one, 5_000, 1);
  }

  /** One that is there, and one that is not. */
  private static String[] names(TenantWorld tenant, Secret one) {
    return new String[] {
      twice(tenant.id),
      twice(one.scope().inProject().orElseThrow().id()),
      twice(one.scope().inDomain().orElseThrow().id()),
      "ARRAY['one', 'none']"
    };
  }

  private static void looksAtFew(
      int before,
      String sql,
      BiConsumer<World, Secret> more,
      BiFunction<TenantWorld, Secret, String[]> arguments) {
    try (World world = World.fresh()) {
      TenantWorld acme = world.tenant("acme");
      Secret one = acme.create(acme.demoDevelopment, "one", "value");
      Many.early(world, one, before);
      String plan =
          Many.keptPlan(world, sql, () -> more.accept(world, one), arguments.apply(acme, one));
      assertThat(Many.lookedAt(plan)).as(plan).isBetween(1L, 20L);
    }
  }

  private static String quoted(Object id) {
    return "'" + id + "'";
  }

  private static String twice(Object id) {
    return "ARRAY['%s', '%s']::uuid[]".formatted(id, id);
  }
}
