package io.hushbus.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hushbus.config.BrokerConfig;
import io.hushbus.config.BrokerConfig.Cluster.Software;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Brokers.Tuning;
import io.hushbus.support.Canary;
import io.hushbus.support.Certificates;
import io.hushbus.support.Client;
import io.hushbus.support.Tenancy;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two brokers and a verticle's process in a cluster: hints and notices, and that they are no more.
 */
final class ClusterIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private static Path files;

  private static Brokers brokers;
  private static BrokerNode first;
  private static BrokerNode second;
  private static Vertx verticles;
  private static Tenancy acme;
  private static String tenant;

  @BeforeAll
  static void start() {
    Certificates certificates = Certificates.in(files).signed("node", "CN=node", "ip:127.0.0.1");
    int one = free();
    int two = free();
    int three = free();
    brokers = Brokers.fresh();
    // An hour between looks: what arrives sooner was hinted, and NOTIFY is off.
    Tuning tuning = Tuning.USUAL.polling(Duration.ofHours(1));
    first = brokers.start(tuning.cluster(at(one, List.of(two, three), certificates)));
    acme = brokers.tenant(first.client(brokers.operator()), "acme");
    tenant = brokers.rows("SELECT tenant_id FROM tenant WHERE name = 'acme'").getFirst();
    second = brokers.start(tuning.cluster(at(two, List.of(one, three), certificates)));
    verticles =
        Vertx.builder()
            .with(ClusterSettings.vertx(at(three, List.of(one, two), certificates)))
            .withClusterManager(
                new HazelcastClusterManager(
                    ClusterSettings.hazelcast(at(three, List.of(one, two), certificates))))
            .buildClustered()
            .await();
  }

  @AfterAll
  static void stop() {
    verticles.close().await();
    brokers.close();
  }

  private static BrokerConfig.Cluster at(int port, List<Integer> others, Certificates tls) {
    return new BrokerConfig.Cluster(
        Software.HAZELCAST,
        "127.0.0.1",
        port,
        others.stream().map(other -> "127.0.0.1:" + other).toList(),
        Optional.of(
            new BrokerConfig.Tls(
                tls.certificateFile("node"),
                tls.keyFile("node"),
                Optional.of(tls.certificateFile("ca")))));
  }

  /** A port that is free, and so is the next. */
  private static int free() {
    for (int tries = 0; tries < 50; tries++) {
      try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
          ServerSocket next =
              new ServerSocket(one.getLocalPort() + 1, 1, InetAddress.getLoopbackAddress())) {
        return one.getLocalPort() + 0 * next.getLocalPort();
      } catch (IOException taken) {
        // Another pair, then.
      }
    }
    throw new AssertionError("no two free ports");
  }

  private static void create(BrokerNode node, String name) {
    node.client(acme.app())
        .post(
            "/secrets?project=demo",
            new JsonObject().put("name", name).put("type", "text").put("value", Canary.value()))
        .expect(201);
  }

  @Test
  void a_change_on_one_node_is_hinted_to_the_other() {
    Client reader = second.client(acme.app());
    String cursor = reader.get("/events?after=now").json().getString("cursor");
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              create(first, "hinted-" + System.nanoTime());
              return !reader
                  .get("/events?wait=2s&after=" + cursor)
                  .json()
                  .getJsonArray("events")
                  .isEmpty();
            });
  }

  @Test
  void n75_verticles_of_another_process_are_told_and_see_no_value() {
    Queue<String> told = new ConcurrentLinkedQueue<>();
    verticles
        .eventBus()
        .<JsonObject>consumer(
            "hushbus.events." + tenant,
            message -> {
              told.add(message.body().encode());
              second.heard(message.body().encode());
            });
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              create(second, "published-" + System.nanoTime());
              return told.stream().anyMatch(event -> event.contains("published-"));
            });
  }

  @Test
  void n80_a_forged_hint_makes_a_node_look_and_nothing_else() {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    Client reader = second.client(acme.app());
    String cursor = reader.get("/events?after=now").json().getString("cursor");
    verticles.eventBus().publish(Cluster.HINT, tenant);
    verticles.eventBus().publish(Cluster.HINT, "no tenant");
    verticles.eventBus().publish(Cluster.HINT, new JsonObject().put("rotated", tenant));
    verticles
        .eventBus()
        .publish("hushbus.events." + tenant, new JsonObject().put("type", "forged"));
    JsonObject answer = reader.get("/events?wait=1s&after=" + cursor).json();
    answer.getJsonArray("events").forEach(event -> seen.add(((JsonObject) event).encode()));
    assertThat(seen).noneMatch(event -> event.contains("forged"));
    create(second, "after-the-forgery");
    assertThat(reader.get("/events?wait=5s&after=" + cursor).body()).contains("after-the-forgery");
  }

  @Test
  void a_cluster_that_cannot_be_joined_is_no_hindrance() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      BrokerConfig.Cluster impossible =
          new BrokerConfig.Cluster(
              Software.HAZELCAST, "127.0.0.1", taken.getLocalPort(), List.of(), Optional.empty());
      BrokerNode alone =
          brokers.start(Tuning.USUAL.polling(Duration.ofSeconds(1)).cluster(impossible));
      Client reader = alone.client(acme.app());
      String cursor = reader.get("/events?after=now").json().getString("cursor");
      create(first, "found-by-looking");
      assertThat(reader.get("/events?wait=20s&after=" + cursor).body())
          .contains("found-by-looking");
      alone.stop();
    }
  }
}
