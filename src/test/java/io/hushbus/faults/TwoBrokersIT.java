package io.hushbus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Brokers.Tuning;
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

/** Two brokers on one database are one broker to whoever uses them. */
final class TwoBrokersIT {

  private static final Duration SOON = Duration.ofSeconds(5);

  private static Brokers brokers;
  private static BrokerNode one;
  private static BrokerNode two;
  private static BrokerNode polling;
  private static Tenancy acme;

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    one = brokers.start();
    two = brokers.start();
    polling = brokers.start(Tuning.USUAL.polling(Duration.ofMillis(200)));
    acme = brokers.tenant(one.client(brokers.operator()), "acme");
  }

  @AfterAll
  static void stop() {
    brokers.close();
  }

  @Test
  void a_change_through_one_is_leased_from_the_other() {
    String first = Canary.value();
    create("crossing", first);
    assertThat(value(lease(two, "crossing"))).isEqualTo(first);

    String second = Canary.value();
    one.client(acme.app())
        .put("/secrets/crossing?project=demo", new JsonObject().put("value", second))
        .expect(200);

    Client.Answer leased = lease(two, "crossing");
    assertThat(value(leased)).isEqualTo(second);
    assertThat(granted(leased).getInteger("version")).isEqualTo(2);
  }

  @Test
  void a_broker_that_stops_in_order_leaves_its_jobs_to_others_at_once() {
    BrokerNode leaving = brokers.start();
    brokers.database().asOwner("UPDATE job SET expires_at = now() - interval '1 second'");
    Awaitility.await("every job is somebody's").atMost(SOON).until(() -> jobs("now()").size() > 3);
    List<String> before = nodes();
    leaving.stop();
    assertThat(before).hasSize(nodes().size() + 1);
    assertThat(
            brokers.rows(
                "SELECT name FROM job WHERE expires_at > clock_timestamp()"
                    + " AND owner NOT IN (SELECT node_id FROM node)"))
        .isEmpty();
  }

  private static List<String> jobs(String since) {
    return brokers.rows("SELECT name FROM job WHERE expires_at > " + since);
  }

  private static List<String> nodes() {
    return brokers.rows("SELECT node_id FROM node");
  }

  @Test
  void a_change_through_one_is_told_by_the_other_with_and_without_its_hint() {
    try (var hinted = two.client(acme.viewer()).events("?after=now");
        var polled = polling.client(acme.viewer()).events("?after=now")) {
      create("told", Canary.value());

      for (var stream : List.of(hinted, polled)) {
        JsonObject notice =
            stream.await(
                "the notice",
                SOON,
                event -> "told".equals(event.getJsonObject("data").getString("name")));
        assertThat(notice.getString("type")).isEqualTo("io.hushbus.secret.created.v1");
      }
    }
  }

  @Test
  void a_lease_of_one_is_renewed_and_revoked_by_the_other() {
    create("shared", Canary.value());
    String path = "/leases/" + granted(lease(one, "shared")).getString("id");

    two.client(acme.runner()).post(path + "/renew", new JsonObject().put("ttl", "1h")).expect(200);
    two.client(acme.runner()).post(path + "/revoke", new JsonObject()).expect(204);

    assertThat(one.client(acme.runner()).get(path).expect(200).json().getString("state"))
        .isEqualTo("revoked");
    one.client(acme.runner()).post(path + "/renew", new JsonObject().put("ttl", "1h")).expect(410);
  }

  @Test
  void a_key_revoked_through_one_stops_on_the_other_within_seconds() {
    Client admin = one.client(acme.admin());
    String account =
        admin.post("/service-accounts", named("leaver")).expect(201).json().getString("id");
    JsonObject key =
        admin.post("/service-accounts/" + account + "/keys", new JsonObject()).expect(201).json();
    Client leaver = two.client(key.getString("key"));
    leaver.get("/auth/whoami").expect(200);

    admin.delete("/service-accounts/" + account + "/keys/" + key.getString("id")).expect(204);

    Awaitility.await("the key stops")
        .atMost(Duration.ofSeconds(6))
        .until(() -> leaver.get("/auth/whoami").status() == 401);
  }

  @Test
  void one_idempotency_key_gives_one_lease_whichever_broker_is_asked() {
    create("once", Canary.value());

    List<String> ids;
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Client.Answer>> asked =
          IntStream.range(0, 8)
              .mapToObj(i -> i % 2 == 0 ? one : two)
              .map(node -> CompletableFuture.supplyAsync(() -> persistent(node), callers))
              .toList();
      ids =
          asked.stream().map(CompletableFuture::join).map(a -> granted(a).getString("id")).toList();
    }

    assertThat(ids).containsOnly(ids.getFirst());
    assertThat(
            brokers.rows(
                "SELECT lease_id FROM lease JOIN secret USING (tenant_id, secret_id)"
                    + " WHERE name = 'once'"))
        .containsExactly(ids.getFirst());
    Bookkeeping.check(brokers);
  }

  /** Comes again while the same key is in flight elsewhere. */
  private static Client.Answer persistent(BrokerNode node) {
    return Awaitility.await("the lease")
        .atMost(SOON)
        .until(() -> lease(node, "once", "Idempotency-Key", "one-key"), a -> a.status() < 300);
  }

  private static void create(String name, String value) {
    one.client(acme.app())
        .post("/secrets?project=demo", named(name).put("type", "text").put("value", value))
        .expect(201);
  }

  private static JsonObject named(String name) {
    return new JsonObject().put("name", name);
  }

  private static Client.Answer lease(BrokerNode node, String name, String... headers) {
    JsonObject ask =
        new JsonObject()
            .put("project", "demo")
            .put("secrets", new JsonArray().add(new JsonObject().put("secret", name)));
    return node.client(acme.runner()).post("/leases", ask, headers);
  }

  private static JsonObject granted(Client.Answer leases) {
    return leases.json().getJsonArray("leases").getJsonObject(0);
  }

  private static String value(Client.Answer leases) {
    return granted(leases.expect(201)).getJsonObject("data").getString("value");
  }
}
