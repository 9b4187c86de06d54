package io.hushbus.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.config.BrokerConfig;
import io.hushbus.model.TenantId;
import io.hushbus.rotation.PromisedRunner.ByBus;
import io.hushbus.rotation.PromisedRunner.BySse;
import io.hushbus.rotation.PromisedRunner.ByWebhook;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Brokers.Tuning;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.DatabaseClock;
import io.hushbus.support.EventLines;
import io.hushbus.support.HookServer;
import io.hushbus.support.Tenancy;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the whole is for, over two brokers and every door: fifty runners hold version 1; it is
 * rotated; those who move, move without a moment in which they could not work; one ends; one is
 * deaf, keeps what it has until the deadline and not a moment longer, and is named.
 *
 * <p>The clock is the database's, which the test moves, so that no part of it waits for time.
 */
final class WholePromiseIT {

  private static final int RUNNERS = 50;
  private static final int AT_ONCE = 6;
  private static final String SECRET = "db-password";
  private static final String OF_SECRET = "/secrets/" + SECRET;
  private static final BrokerConfig.Bus BUS =
      new BrokerConfig.Bus(Optional.of(0), false, 64, 1536 * 1024, 32, 32);
  private static final Duration SOON = PromisedRunner.SOON;
  private static final Map<Integer, String> VALUES = Map.of(1, Canary.value(), 2, Canary.value());

  private final ExecutorService hands = Executors.newFixedThreadPool(AT_ONCE);
  private final Vertx vertx = Vertx.vertx();
  private Brokers brokers;
  private DatabaseClock clock;
  private BrokerNode one;
  private BrokerNode two;
  private Tenancy acme;
  private PromisedRunner.Place place;

  @BeforeEach
  void start() {
    brokers = Brokers.fresh();
    clock = DatabaseClock.of(brokers.database());
    one = brokers.start(Tuning.USUAL.bus(BUS));
    two = brokers.start(Tuning.USUAL.bus(BUS));
    acme = brokers.tenant(one.client(brokers.operator()), "acme");
    String tenant = brokers.rows("SELECT tenant_id FROM tenant WHERE name = 'acme'").getFirst();
    place = new PromisedRunner.Place(new TenantId(UUID.fromString(tenant)), SECRET, VALUES);
  }

  @AfterEach
  void stop() {
    hands.shutdownNow();
    brokers.close();
    vertx.close().await();
  }

  @Test
  void
      the_old_version_is_retired_at_the_deadline_the_deaf_one_is_named_and_nobody_was_ever_without() {
    app().post("/secrets?project=demo", secret()).expect(201);
    List<PromisedRunner> runners = runners();
    try (EventLines watcher = two.client(acme.viewer()).events("?after=now")) {
      each(runners, PromisedRunner::begins);
      PromisedRunner deaf = runners.getFirst();
      PromisedRunner ending = runners.get(1);
      List<PromisedRunner> moving = runners.subList(2, RUNNERS);

      JsonObject rotation = rotate();
      Instant deadline = Instant.parse(rotation.getString("deadline"));
      each(runners, PromisedRunner::checks);
      each(moving, runner -> runner.moves(2));
      ending.ends();
      assertThat(ending.mayGoOn()).as("its leases end with the run").isFalse();
      each(moving, PromisedRunner::checks);
      deaf.checks();

      clock.set(deadline.minusSeconds(60));
      awaitAnotherLook();
      JsonObject waiting = rotation(two, rotation);
      assertThat(waiting.getString("phase")).isEqualTo("draining");
      assertThat(waiting.getJsonObject("holders"))
          .isEqualTo(
              new JsonObject()
                  .put("total", 50)
                  .put("moved", 49)
                  .put("pending", 1)
                  .put("failed", 0));
      assertThat(leases(waiting)).containsExactly(deaf.lease());
      assertThat(stateOfTheOld()).isEqualTo("previous");
      assertThat(of(watcher, "secret.version.retired")).isEmpty();
      deaf.checks();
      each(moving, PromisedRunner::checks);

      clock.set(deadline);
      assertThat(deaf.mayGoOn()).as("at the deadline, whether a loop came by or not").isFalse();
      each(moving, PromisedRunner::checks);
      awaitTheEnd(rotation);

      assertThat(stateOfTheOld()).isEqualTo("retired");
      assertNamed(rotation(one, rotation), deaf);
      JsonObject completed = awaited(watcher, "rotation.completed");
      assertNamed(completed.getJsonObject("data"), deaf);
      JsonObject retired = awaited(watcher, "secret.version.retired");
      assertThat(retired.getJsonObject("data").getInteger("version")).isEqualTo(1);
      assertThat(Instant.parse(retired.getString("time"))).isAfterOrEqualTo(deadline);
      watcher.await(
          "the end of its lease is told too",
          SOON,
          event -> isOf(event, "lease.revoked") && event.encode().contains(deaf.lease()));
      assertThat(of(watcher, "secret.version.retired")).hasSize(1);
      assertThat(moving).extracting(PromisedRunner::inUse).containsOnly(2);
      each(moving, PromisedRunner::checks);
    } finally {
      runners.forEach(PromisedRunner::close);
    }
  }

  /** In turn by stream, by bus and by webhook, on either node; the first two by stream and bus. */
  private List<PromisedRunner> runners() {
    return all(
        IntStream.range(0, RUNNERS)
            .mapToObj(
                i -> {
                  BrokerNode node = i % 2 == 0 ? one : two;
                  return CompletableFuture.supplyAsync(() -> runner(i, node), hands);
                })
            .toList());
  }

  private PromisedRunner runner(int number, BrokerNode node) {
    String name = "job-" + number;
    return switch (number % 3) {
      case 0 -> new BySse(place, node, acme.runner(), name);
      case 1 -> ByBus.open(place, node, acme.runner(), name);
      default -> new ByWebhook(place, node, acme.runner(), name, endpoint(node));
    };
  }

  private HookServer endpoint(BrokerNode node) {
    HookServer hook = new HookServer(vertx);
    JsonObject wanted =
        new JsonObject()
            .put("url", hook.url())
            .put("project", "demo")
            .put("types", new JsonArray().add(PromisedRunner.ANNOUNCED));
    node.client(acme.admin()).post("/webhooks", wanted).expect(201);
    return hook;
  }

  private void each(List<PromisedRunner> runners, Consumer<PromisedRunner> step) {
    all(
        runners.stream()
            .map(runner -> CompletableFuture.runAsync(() -> step.accept(runner), hands))
            .toList());
  }

  private static <T> List<T> all(List<CompletableFuture<T>> futures) {
    CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).join();
    return futures.stream().map(CompletableFuture::join).collect(Collectors.toList());
  }

  private Client app() {
    return one.client(acme.app());
  }

  private static JsonObject secret() {
    return new JsonObject().put("name", SECRET).put("type", "text").put("value", VALUES.get(1));
  }

  private JsonObject rotate() {
    JsonObject wanted =
        new JsonObject().put("value", VALUES.get(2)).put("strategy", "drain").put("grace", "1h");
    JsonObject begun = app().post(OF_SECRET + "/rotations?project=demo", wanted).expect(202).json();
    assertThat(begun.getJsonObject("holders").getInteger("total")).isEqualTo(RUNNERS);
    return begun;
  }

  private JsonObject rotation(BrokerNode node, JsonObject rotation) {
    return node.client(acme.viewer())
        .get("/rotations/" + rotation.getString("id"))
        .expect(200)
        .json();
  }

  private String stateOfTheOld() {
    return app().get(OF_SECRET + "/versions/1?project=demo").expect(200).json().getString("state");
  }

  /** Until the loop of some node has looked at the rotation and found nothing to do. */
  private void awaitAnotherLook() {
    String now = clock.now().toString();
    until(
        "the loop comes by",
        () -> brokers.rows("SELECT visit_at > '" + now + "' FROM rotation").contains("t"));
  }

  private void awaitTheEnd(JsonObject rotation) {
    until("the end", () -> rotation(two, rotation).getString("phase").equals("completed"));
  }

  private static void until(String what, java.util.concurrent.Callable<Boolean> holds) {
    Awaitility.await(what).atMost(SOON).pollInterval(Duration.ofMillis(20)).until(holds);
  }

  private static void assertNamed(JsonObject told, PromisedRunner deaf) {
    assertThat(told.getInteger("laggards_total")).isEqualTo(1);
    assertThat(leases(told)).containsExactly(deaf.lease());
    assertThat(told.getJsonArray("laggards").getJsonObject(0).getString("holder")).isNotEmpty();
    assertThat(told.getJsonObject("holders").getInteger("total")).isEqualTo(RUNNERS);
    assertThat(told.getJsonObject("holders").getInteger("moved")).isEqualTo(RUNNERS - 1);
  }

  private static List<String> leases(JsonObject told) {
    return told.getJsonArray("laggards").stream()
        .map(one -> ((JsonObject) one).getString("lease"))
        .toList();
  }

  private static List<JsonObject> of(EventLines events, String type) {
    return events.notices().stream().filter(event -> isOf(event, type)).toList();
  }

  private static boolean isOf(JsonObject event, String type) {
    return event.getString("type").equals("io.hushbus." + type + ".v1");
  }

  private static JsonObject awaited(EventLines events, String type) {
    return events.await(type, SOON, event -> isOf(event, type));
  }
}
