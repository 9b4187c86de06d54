package io.hushbus;

import static io.hushbus.support.World.await;
import static io.hushbus.support.World.settled;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretName;
import io.hushbus.model.SecretType;
import io.hushbus.secret.NewSecret;
import io.hushbus.secret.Preconditions;
import io.hushbus.secret.Secret;
import io.hushbus.support.Canary;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** G6, N-78: of any number of writers who name the same version, one wins. */
final class G6CheckAndSetIsLinearizableIT {

  private static World world;
  private static World other;
  private static TenantWorld acme;

  @BeforeAll
  static void start() {
    world = World.fresh();
    acme = world.tenant("acme");
    other = world.anotherNode();
  }

  @AfterAll
  static void stop() {
    other.close();
    world.close();
  }

  @Test
  void n78_of_fifty_writers_on_two_nodes_one_wins_each_round() {
    acme.create(acme.demo, "raced", Canary.value());
    for (int version = 1; version <= 5; version++) {
      int expected = version;
      List<Future<Secret>> race =
          settled(
              IntStream.range(0, 50)
                  .mapToObj(i -> replacing(i % 2 == 0 ? world : other, "raced", expected))
                  .toList());
      List<Secret> won = race.stream().filter(Future::succeeded).map(Future::result).toList();
      assertThat(won).hasSize(1);
      assertThat(won.getFirst().currentVersion()).isEqualTo(version + 1);
      assertThat(race.stream().filter(Future::failed).map(Future::cause))
          .allMatch(Failure.PreconditionFailed.class::isInstance);
    }
  }

  @Test
  void an_answered_write_is_what_the_next_read_on_any_node_sees() {
    acme.create(acme.demo, "seen", Canary.value());
    for (int i = 0; i < 20; i++) {
      World writer = i % 2 == 0 ? world : other;
      World reader = i % 2 == 0 ? other : world;
      String value = Canary.value();
      int written =
          await(
                  writer.changes.replace(
                      acme.grant(Action.SECRET_CHANGE),
                      acme.demo,
                      new SecretName("seen"),
                      TenantWorld.text(value),
                      Preconditions.NONE))
              .currentVersion();
      try (var leased =
          await(
                  reader.grants.grant(
                      acme.grant(Action.LEASE_GRANT),
                      TenantWorld.ask(acme.demo, java.util.Optional.empty(), "seen")))
              .getFirst()) {
        assertThat(leased.lease().version()).isEqualTo(written);
        assertThat(TenantWorld.value(leased)).isEqualTo(value);
      }
    }
  }

  @Test
  void of_many_creators_one_wins() {
    List<Future<Secret>> race =
        settled(
            IntStream.range(0, 20)
                .mapToObj(i -> acme.creating(acme.demo, "created", Canary.value()))
                .toList());
    assertThat(race.stream().filter(Future::succeeded)).hasSize(1);
    assertThat(race.stream().filter(Future::failed).map(Future::cause))
        .allMatch(Failure.Conflict.class::isInstance);
  }

  @Test
  void without_a_named_version_a_lost_race_is_tried_again() {
    acme.create(acme.demo, "patient", Canary.value());
    List<Future<Secret>> race =
        settled(
            List.of(
                acme.replacing(acme.demo, "patient", Canary.value(), Preconditions.NONE),
                acme.replacing(acme.demo, "patient", Canary.value(), Preconditions.NONE)));
    assertThat(race).allMatch(Future::succeeded);
    assertThat(await(acme.getting(acme.demo, "patient")).currentVersion()).isEqualTo(3);
  }

  @Test
  void where_a_version_must_be_named_a_change_without_one_is_refused() {
    await(
        world.changes.create(
            acme.grant(Action.SECRET_CREATE),
            acme.demo,
            new NewSecret(
                new SecretName("strict"), SecretType.TEXT, "", Map.of(), OptionalInt.empty(), true),
            TenantWorld.text(Canary.value())));
    assertThat(
            World.failure(acme.replacing(acme.demo, "strict", Canary.value(), Preconditions.NONE)))
        .isInstanceOf(Failure.PreconditionRequired.class);
    assertThat(
            await(acme.replacing(acme.demo, "strict", Canary.value(), TenantWorld.ifMatch(1)))
                .currentVersion())
        .isEqualTo(2);
  }

  private static Future<Secret> replacing(World node, String name, int expected) {
    return node.changes.replace(
        acme.grant(Action.SECRET_CHANGE, acme.demo),
        acme.demo,
        new SecretName(name),
        TenantWorld.text(Canary.value()),
        TenantWorld.ifMatch(expected));
  }
}
