package io.hushbus.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hushbus.config.BrokerConfig;
import io.hushbus.faults.Wire;
import io.hushbus.model.SecretValue;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Brokers.Tuning;
import io.hushbus.support.Canary;
import io.hushbus.support.Tenancy;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClientOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs, leases and notices over the event bus, by the same client as over HTTP. */
final class BusTransportIT {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final BrokerConfig.Bus ON =
      new BrokerConfig.Bus(Optional.of(0), false, 64, 1536 * 1024, 32, 32);

  private static Brokers brokers;
  private static BrokerNode node;
  private static Tenancy acme;
  private static Vertx vertx;
  private static Wire wire;
  private static int number;

  private HushbusClient client;
  private String secret;

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    node = brokers.start(Tuning.USUAL.bus(ON));
    acme = brokers.tenant(node.client(brokers.operator()), "acme");
    vertx = Vertx.vertx();
    wire = new Wire("127.0.0.1", node.broker().busPort().orElseThrow());
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    wire.close();
    brokers.close();
  }

  @BeforeEach
  void open() {
    String tenant = brokers.rows("SELECT tenant_id FROM tenant WHERE name = 'acme'").getFirst();
    client =
        HushbusClient.over(
            BusTransport.to(vertx, new NetClientOptions(), "127.0.0.1", wire.port(), tenant),
            SecretValue.ofText(acme.runner()),
            new Retry(Duration.ofSeconds(10), Duration.ofMillis(20), Duration.ofMillis(200)),
            Watcher.NONE);
    secret = "bus-" + ++number;
    node.client(acme.app())
        .post(
            "/secrets?project=demo",
            new JsonObject().put("name", secret).put("type", "text").put("value", Canary.value()))
        .expect(201);
  }

  @AfterEach
  void close() {
    client.close();
  }

  private String replace() {
    String value = Canary.value();
    node.client(acme.app())
        .put("/secrets/" + secret + "?project=demo", new JsonObject().put("value", value))
        .expect(200);
    return value;
  }

  private static String shown(LeasedSecret secret) {
    return secret.value().reveal(bytes -> new String(bytes, UTF_8));
  }

  @Test
  void a_run_leases_is_told_and_moves_across_a_lost_connection() {
    try (Run run = client.open(RunAsk.of("demo", "bus-" + number))) {
      Lease lease = run.lease(LeaseAsk.of(secret)).lease();
      AtomicReference<String> used = new AtomicReference<>("");
      lease.onRotation(newer -> used.set(shown(newer)));
      String second = replace();
      await().atMost(SOON).untilAsserted(() -> assertThat(used).hasValue(second));
      wire.cut();
      String third = replace();
      await().atMost(SOON).untilAsserted(() -> assertThat(used).hasValue(third));
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(
                          node.client(acme.runner())
                              .get("/leases/" + lease.id())
                              .json()
                              .getInteger("applied_version"))
                      .isEqualTo(3));
      run.complete(Outcome.SUCCEEDED);
    }
  }

  @Test
  void notices_come_as_over_http() {
    try (Run run = client.open(RunAsk.of("demo", "bus-" + number));
        Events events = run.events(EventAsk.NOW.after("earliest").types(Notice.ANNOUNCED))) {
      run.lease(LeaseAsk.of(secret));
      replace();
      Notice told = events.next(SOON).orElseThrow();
      assertThat(told.type()).isEqualTo(Notice.ANNOUNCED);
      assertThat(told.cursor()).isNotEmpty();
    }
  }

  @Test
  void a_refusal_is_the_same_and_what_the_bus_does_not_carry_is_said() {
    try (Run run = client.open(RunAsk.of("demo", "bus-" + number))) {
      assertThatThrownBy(() -> run.lease(LeaseAsk.of("no-such-secret")))
          .isInstanceOfSatisfying(
              Refused.class,
              no -> {
                assertThat(no.status()).isEqualTo(404);
                assertThat(no.detail()).isPresent();
              });
    }
    assertThatThrownBy(() -> client.get("/auth/whoami").send())
        .isInstanceOf(Unreachable.class)
        .hasMessage("the event bus does not carry GET /auth/whoami");
    assertThat(client.get("/secrets/" + secret).query("project", "demo").send().json().text("name"))
        .isEqualTo(secret);
  }
}
