package io.hushbus;

import static io.hushbus.support.World.await;
import static io.hushbus.support.World.settled;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretName;
import io.hushbus.secret.MetadataEdit;
import io.hushbus.secret.Preconditions;
import io.hushbus.secret.Secret;
import io.hushbus.support.Canary;
import io.hushbus.support.Saboteur;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** G5: under one name, no version number is ever given twice. */
final class G5VersionsOnlyGrowIT {

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
  void a_secret_made_anew_continues_above_the_deleted_one() {
    acme.create(acme.demo, "anew", Canary.value());
    acme.replace(acme.demo, "anew", Canary.value());
    acme.delete(acme.demo, "anew");
    assertThat(acme.create(acme.demo, "Anew", Canary.value()).currentVersion()).isEqualTo(3);
  }

  @Test
  void the_name_left_by_a_rename_continues_above() {
    acme.create(acme.demo, "left", Canary.value());
    acme.replace(acme.demo, "left", Canary.value());
    rename("left", "gone-elsewhere");
    assertThat(acme.create(acme.demo, "left", Canary.value()).currentVersion()).isEqualTo(3);
  }

  @Test
  void a_rename_continues_above_the_larger_mark() {
    acme.create(acme.demo, "taken", Canary.value());
    acme.replace(acme.demo, "taken", Canary.value());
    acme.replace(acme.demo, "taken", Canary.value());
    acme.delete(acme.demo, "taken");
    acme.create(acme.demo, "newcomer", Canary.value());
    rename("newcomer", "taken");
    assertThat(acme.replace(acme.demo, "taken", Canary.value()).currentVersion()).isEqualTo(4);
  }

  @Test
  void scopes_count_apart() {
    acme.create(acme.demo, "apart", Canary.value());
    acme.replace(acme.demo, "apart", Canary.value());
    assertThat(acme.create(acme.development, "apart", Canary.value()).currentVersion())
        .isEqualTo(1);
  }

  @Test
  void a_refused_change_and_a_destroyed_version_give_no_number_back() {
    acme.create(acme.demo, "refused", Canary.value());
    acme.replace(acme.demo, "refused", Canary.value());
    var refused = acme.replacing(acme.demo, "refused", Canary.value(), TenantWorld.ifMatch(1));
    assertThat(World.failure(refused)).isInstanceOf(Failure.PreconditionFailed.class);
    await(
        world.removals.destroy(
            acme.grant(Action.SECRET_DESTROY), acme.demo, new SecretName("refused"), 1));
    assertThat(acme.replace(acme.demo, "refused", Canary.value()).currentVersion()).isEqualTo(3);
  }

  @Test
  void a_version_that_becomes_current_meanwhile_is_not_destroyed() {
    Saboteur saboteur = new Saboteur();
    try (World other = world.anotherNode(saboteur)) {
      String value = Canary.value();
      acme.create(acme.demo, "meanwhile", Canary.value());
      saboteur.meanwhile(
          sql -> sql.contains("READ WRITE; SET LOCAL ROLE NONE"),
          () -> acme.replace(acme.demo, "meanwhile", value));

      Failure refused =
          World.failure(
              other.removals.destroy(
                  acme.grant(Action.SECRET_DESTROY), acme.demo, new SecretName("meanwhile"), 2));

      assertThat(saboteur.struck()).as("between the reading and the writing").isTrue();
      assertThat(refused).isInstanceOf(Failure.Conflict.class);
      try (var leased = acme.lease(acme.demo, "meanwhile")) {
        assertThat(TenantWorld.value(leased)).isEqualTo(value);
      }
    }
  }

  @Test
  void a_storm_of_creations_changes_and_deletions_reuses_nothing() {
    List<Integer> given = new ArrayList<>();
    for (int round = 0; round < 25; round++) {
      List<Future<Integer>> storm = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        storm.add(acme.creating(acme.demo, "storm", Canary.value()).map(Secret::currentVersion));
        storm.add(
            acme.replacing(acme.demo, "storm", Canary.value(), Preconditions.NONE)
                .map(Secret::currentVersion));
        storm.add(acme.deleting(acme.demo, "storm").map(gone -> 0));
      }
      settled(storm).stream()
          .filter(Future::succeeded)
          .map(Future::result)
          .filter(number -> number > 0)
          .forEach(given::add);
      settled(storm).stream()
          .filter(Future::failed)
          .forEach(one -> assertThat(one.cause()).isInstanceOf(Failure.class));
    }
    assertThat(given).hasSizeGreaterThan(25).satisfies(G5VersionsOnlyGrowIT::neverTwice);
    assertThat(
            world.rows(
                "SELECT v.version FROM secret_version v JOIN secret s USING (tenant_id, secret_id)"
                    + " WHERE s.folded_name = 'storm' GROUP BY v.version HAVING count(*) > 1"))
        .isEmpty();
  }

  @Test
  void the_checker_catches_a_number_given_twice() {
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> neverTwice(List.of(1, 2, 2)))
        .isInstanceOf(AssertionError.class);
  }

  private static void neverTwice(List<? extends Integer> numbers) {
    Set<Integer> once = new HashSet<>(numbers);
    assertThat(once).hasSameSizeAs(numbers);
  }

  private static void rename(String from, String to) {
    await(
        world.edits.edit(
            acme.grant(Action.SECRET_CHANGE, acme.demo),
            acme.demo,
            new SecretName(from),
            new MetadataEdit(
                Optional.of(new SecretName(to)),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Optional.empty()),
            Preconditions.NONE));
  }
}
