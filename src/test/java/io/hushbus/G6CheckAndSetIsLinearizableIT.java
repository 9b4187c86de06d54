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
import java.util.concurrent.atomic.AtomicInteger;
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
  void f26_of_five_hundred_writers_at_once_one_wins_and_no_reader_sees_a_step_back() {
    acme.create(acme.demo, "hot", Canary.value());
    List<Future<Void>> readers =
        IntStream.range(0, 10)
            .mapToObj(i -> reading(i % 2 == 0 ? world : other, new AtomicInteger(1), 500))
            .toList();
    List<Future<Secret>> race =
        settled(
            IntStream.range(0, 500)
                .mapToObj(i -> replacing(i % 2 == 0 ? world : other, "hot", 1))
                .toList());
    Future.all(readers).await();

    assertThat(race.stream().filter(Future::succeeded)).hasSize(1);
    assertThat(race.stream().filter(Future::failed).map(Future::cause))
        .allMatch(
            lost ->
                lost instanceof Failure.PreconditionFailed
                    || lost instanceof Failure.Unavailable
                    || lost instanceof Failure.OverBudget);
    assertThat(await(acme.getting(acme.demo, "hot")).currentVersion()).isEqualTo(2);
    assertThat(
            world.rows("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))
        .containsExactly("0");
  }

  /** Reads one after the other; one that finds no connection in time counts as a read. */
  private static Future<Void> reading(World node, AtomicInteger seen, int times) {
    if (times == 0) {
      return Future.succeededFuture();
    }
    return node.secrets
        .get(acme.grant(Action.SECRET_READ_METADATA, acme.demo), acme.demo, new SecretName("hot"))
        .onSuccess(
            found ->
                assertThat(found.currentVersion())
                    .isGreaterThanOrEqualTo(seen.getAndSet(found.currentVersion())))
        .mapEmpty()
        .recover(
            cause ->
                cause instanceof Failure.Unavailable
                    ? Future.succeededFuture()
                    : Future.failedFuture(cause))
        .compose(read -> reading(node, seen, times - 1));
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
