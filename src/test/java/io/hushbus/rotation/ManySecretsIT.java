package io.hushbus.rotation;

import static io.hushbus.support.World.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.lease.Holders;
import io.hushbus.lease.LeaseMeters;
import io.hushbus.model.Action;
import io.hushbus.model.SecretId;
import io.hushbus.secret.Secret;
import io.hushbus.support.Many;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What people are shown of five thousand secrets with ten thousand leases. */
final class ManySecretsIT {

  private static World world;
  private static TenantWorld acme;

  @BeforeAll
  static void start() {
    world = World.fresh();
    acme = world.tenant("acme");
    Secret one = acme.create(acme.demo, "one", "value");
    Many.like(world, one, 5_000, 2);
    change("secret_version SET created_at = created_at - interval '8 days'", 1);
    change("secret_version SET created_at = created_at - interval '400 days'", 2);
    change("secret SET rotation_id = gen_random_uuid()", 1);
    due(3, "- interval '2 days'");
    due(4, "+ interval '2 days'");
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  private static UUID secret(int number) {
    return UUID.fromString(
        world.row("SELECT secret_id FROM secret WHERE name = 'many-" + number + "'"));
  }

  private static void change(String what, int number) {
    world.asOwner("UPDATE " + what + " WHERE secret_id = '" + secret(number) + "'");
  }

  private static void due(int number, String when) {
    world.asOwner(
        """
        INSERT INTO rotation_policy (tenant_id, secret_id, every_seconds, source, definition,
                                     strategy, revision, created_by, updated_at, anchor_at,
                                     next_due_at, mac_generation, row_mac)
        VALUES ('%s', '%s', 86400, 'manual', '0', 'drain', 1, 'somebody', clock_timestamp(),
                clock_timestamp(), clock_timestamp() %s, 1, sha256('row'))
        """
            .formatted(acme.id, secret(number), when));
  }

  private static SecretStatistics.Figures figures(Optional<Set<UUID>> only) {
    return await(
        new SecretStatistics(world.db, new Counts(world.vertx))
            .figures(acme.grant(Action.ROTATION_READ), only, Optional.empty()));
  }

  @Test
  void each_secret_is_of_one_age_and_in_one_state() {
    var figures = figures(Optional.empty());
    assertThat(figures.total()).isEqualTo(5_001);
    assertThat(figures.ages())
        .extracting(SecretStatistics.Age::secrets)
        .containsExactly(4_999L, 1L, 0L, 0L, 0L, 1L);
    assertThat(
            List.of(
                figures.neverRotated(), figures.rotated(), figures.rotating(), figures.overdue()))
        .containsExactly(4_999L, 1L, 0L, 1L);
    assertThat(figures.late()).extracting(SecretStatistics.Late::name).containsExactly("many-3");
  }

  @Test
  void who_sees_other_projects_alone_counts_nothing_of_these() {
    assertThat(figures(Optional.of(Set.of(UUID.randomUUID()))).total()).isZero();
  }

  @Test
  void a_page_of_uses_is_read_by_keys_and_in_the_order_of_the_secrets() {
    var asked =
        List.of(3, 4, 5).stream()
            .map(ManySecretsIT::secret)
            .map(id -> new Holders.Held(new SecretId(id), Optional.empty()))
            .toList();
    var uses =
        await(
            new SecretUses(world.db, new Holders(LeaseMeters.NONE))
                .of(acme.grant(Action.SECRET_LIST), asked));
    assertThat(uses).extracting(SecretUses.Use::holders).containsExactly(2L, 2L, 2L);
    assertThat(uses).extracting(use -> use.due().isPresent()).containsExactly(true, true, false);
    assertThat(
            Many.plan(
                world,
                SecretUses.STANDING,
                "'" + acme.id + "'",
                "ARRAY['" + secret(5) + "']::uuid[]"))
        .doesNotContain("Seq Scan on secret");
  }

  @Test
  void what_is_had_by_an_adoption_is_counted_by_it_alone() {
    var held = new Holders.Held(new SecretId(secret(6)), Optional.of(UUID.randomUUID()));
    var uses =
        await(
            new SecretUses(world.db, new Holders(LeaseMeters.NONE))
                .of(acme.grant(Action.SECRET_LIST), List.of(held)));
    assertThat(uses).extracting(SecretUses.Use::holders).containsExactly(0L);
  }
}
