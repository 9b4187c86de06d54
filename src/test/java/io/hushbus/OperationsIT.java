package io.hushbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Long work on two nodes: given up, finished, and known to all. */
final class OperationsIT {

  private static final Duration SOON = Duration.ofSeconds(60);

  /** Says that the nodes have had time to hear of the new key. */
  private static final String SETTLE =
      "UPDATE tenant_key SET superseded_at = superseded_at - interval '1 minute'"
          + " WHERE NOT is_primary AND retired_at IS NULL";

  private static Brokers brokers;
  private static BrokerNode one;
  private static BrokerNode two;
  private static Client operator;
  private static int names;

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    one = brokers.start();
    two = brokers.start();
    operator = one.client(brokers.operator());
  }

  @AfterAll
  static void stop() {
    brokers.close();
  }

  @Test
  void a_rotation_is_cancelled_once_and_the_next_takes_up_what_it_left() {
    Tenancy tenant = tenant();
    String value = secret(tenant);
    String first = begun(tenant);

    assertThat(cancelled(first, 20)).containsExactlyInAnyOrderElementsOf(winnersOf(20));
    assertThat(state(first)).isEqualTo("cancelled");
    assertThat(operator.get("/operations/" + first).json().getString("ended_at")).isNotNull();
    assertThat(leased(two, tenant)).isEqualTo(value);

    String second = begun(tenant);
    assertThat(ended(second)).isEqualTo("succeeded");
    JsonArray keys =
        operator.get("/tenants/" + tenant.name() + "/keys").expect(200).json().getJsonArray("keys");
    assertThat(keys.stream().map(key -> ((JsonObject) key).getString("state")))
        .containsExactly("retired", "retired", "primary");
    assertThat(leased(one, tenant)).isEqualTo(value);
  }

  @Test
  void of_a_cancellation_and_the_end_exactly_one_happens() {
    for (int i = 0; i < 6; i++) {
      Tenancy tenant = tenant();
      secret(tenant);
      String operation = begun(tenant);
      brokers.database().asOwner(SETTLE);
      int round = i;
      Awaitility.await("it is near its end")
          .atMost(SOON)
          .until(() -> round % 2 == 0 || !state(operation).equals("pending"));

      int status = two.client(brokers.operator()).post(cancel(operation), nothing()).status();

      assertThat(status).isIn(200, 409);
      assertThat(ended(operation)).isEqualTo(status == 200 ? "cancelled" : "succeeded");
    }
  }

  @Test
  void what_must_be_finished_is_not_cancelled() {
    Tenancy tenant = tenant();
    String rotation = begun(tenant);
    assertThat(ended(rotation)).isEqualTo("succeeded");
    operator.post(cancel(rotation), nothing()).expect(409);

    String destruction = operator.delete(key(tenant, 1)).expect(202).json().getString("id");
    operator.post(cancel(destruction), nothing()).expect(409);
    operator.post(cancel("8a1f7f34-3f0e-4f3e-9a0b-2b9b5f0f8a11"), nothing()).expect(404);
    one.client(tenant.admin()).post(cancel(rotation), nothing()).expect(404);

    String deletion =
        operator
            .delete("/tenants/" + tenant.name() + "?confirm=" + tenant.name())
            .expect(202)
            .json()
            .getString("id");
    operator.post(cancel(deletion), nothing()).expect(409);
    operator.post("/tenants/" + tenant.name() + "/keys", nothing()).expect(409);
    Awaitility.await("every node has dropped the tenant's keys, and rows go")
        .atMost(SOON)
        .until(
            () ->
                brokers
                    .rows(
                        "SELECT split_part(place, ' ', 1) IN ('ROWS', 'TRAIL', 'RECORDS', 'END') OR"
                            + " state = 'succeeded' FROM operation WHERE operation_id = '"
                            + deletion
                            + "'")
                    .equals(List.of("t")));
  }

  @Test
  void a_destroyed_key_is_gone_when_every_living_node_has_said_so() {
    Tenancy tenant = tenant();
    String value = secret(tenant);
    assertThat(leased(one, tenant)).isEqualTo(value);
    assertThat(leased(two, tenant)).isEqualTo(value);
    assertThat(ended(begun(tenant))).isEqualTo("succeeded");
    brokers
        .database()
        .asOwner("INSERT INTO node (node_id, keys_seen) VALUES (gen_random_uuid(), 0)");

    JsonObject destruction = operator.delete(key(tenant, 1)).expect(202).json();

    String id = destruction.getString("id");
    assertThat(destruction.getString("kind")).isEqualTo("key_destruction");
    Awaitility.await("both nodes have dropped it")
        .atMost(SOON)
        .until(() -> operator.get("/operations/" + id).json().getInteger("done") >= 2);
    JsonObject waiting = operator.get("/operations/" + id).json();
    assertThat(waiting.getString("state")).isEqualTo("running");
    assertThat(waiting.getInteger("total")).isEqualTo(3);

    brokers
        .database()
        .asOwner("UPDATE node SET beat_at = beat_at - interval '1 hour' WHERE keys_seen = 0");
    assertThat(ended(id)).isEqualTo("succeeded");
    assertThat(
            brokers.rows(
                "SELECT detail->>'nodes' FROM audit_tail WHERE detail ? 'evicted' UNION ALL"
                    + " SELECT record->'detail'->>'nodes' FROM (SELECT to_jsonb(r) AS record FROM"
                    + " audit_record r) all_of WHERE record->'detail' ? 'evicted'"))
        .contains("2");
    assertThat(leased(two, tenant)).isEqualTo(value);
  }

  @Test
  void a_node_that_stops_takes_its_row_along() {
    List<String> before = brokers.rows("SELECT node_id FROM node");
    BrokerNode passing = brokers.start();
    assertThat(brokers.rows("SELECT node_id FROM node")).hasSize(before.size() + 1);
    passing.stop();
    assertThat(brokers.rows("SELECT node_id FROM node"))
        .containsExactlyInAnyOrderElementsOf(before);
  }

  private static Tenancy tenant() {
    return brokers.tenant(operator, "tenant-" + ++names);
  }

  private static String secret(Tenancy tenant) {
    String value = Canary.value();
    one.client(tenant.app())
        .post(
            "/secrets?project=demo",
            new JsonObject().put("name", "kept").put("type", "text").put("value", value))
        .expect(201);
    return value;
  }

  private static String leased(BrokerNode node, Tenancy tenant) {
    return node.client(tenant.runner())
        .post(
            "/leases",
            new JsonObject()
                .put("project", "demo")
                .put("secrets", new JsonArray().add(new JsonObject().put("secret", "kept"))))
        .expect(201)
        .json()
        .getJsonArray("leases")
        .getJsonObject(0)
        .getJsonObject("data")
        .getString("value");
  }

  private static String begun(Tenancy tenant) {
    return operator
        .post("/tenants/" + tenant.name() + "/keys", nothing())
        .expect(202)
        .json()
        .getString("id");
  }

  private static String key(Tenancy tenant, int generation) {
    return "/tenants/" + tenant.name() + "/keys/" + generation;
  }

  private static String cancel(String operation) {
    return "/operations/" + operation + "/cancel";
  }

  /** The answers to so many cancellations at once, on both nodes. */
  private static List<Integer> cancelled(String operation, int times) {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Integer>> asked =
          IntStream.range(0, times)
              .mapToObj(i -> (i % 2 == 0 ? one : two).client(brokers.operator()))
              .map(
                  client ->
                      CompletableFuture.supplyAsync(
                          () -> client.post(cancel(operation), nothing()).status(), callers))
              .toList();
      return asked.stream().map(CompletableFuture::join).toList();
    }
  }

  private static List<Integer> winnersOf(int times) {
    return IntStream.range(0, times).mapToObj(i -> i == 0 ? 200 : 409).toList();
  }

  private static String state(String operation) {
    return operator.get("/operations/" + operation).expect(200).json().getString("state");
  }

  private static String ended(String operation) {
    Awaitility.await("the operation ends")
        .atMost(SOON)
        .until(
            () -> {
              brokers.database().asOwner(SETTLE);
              return !List.of("pending", "running").contains(state(operation));
            });
    return state(operation);
  }

  private static JsonObject nothing() {
    return new JsonObject();
  }
}
