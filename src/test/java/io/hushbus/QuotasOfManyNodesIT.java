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

/** The quotas of a tenant hold over all nodes together (N-36). */
final class QuotasOfManyNodesIT {

  private static final Duration SOON = Duration.ofSeconds(15);

  private static Brokers brokers;
  private static BrokerNode one;
  private static BrokerNode two;
  private static Client operator;

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
  void n36_no_lease_too_many_is_granted_by_two_nodes_at_once() {
    Tenancy acme = tenant("many-leases", new JsonObject().put("leases", 37));
    List<Client.Answer> answers = asked(120, i -> lease(i % 2 == 0 ? one : two, acme));

    assertThat(answers).allMatch(answer -> answer.status() == 201 || answer.status() == 429);
    assertThat(answers.stream().filter(answer -> answer.status() == 201))
        .hasSizeLessThanOrEqualTo(37);
    assertThat(answers.stream().filter(answer -> answer.status() == 429))
        .allMatch(answer -> answer.json().getString("budget").equals("leases"));
    assertThat(live("many-leases")).isLessThanOrEqualTo(37);
    Awaitility.await("what no node needs is given back")
        .atMost(SOON)
        .until(
            () -> {
              asked(10, i -> lease(one, acme));
              asked(10, i -> lease(two, acme));
              return live("many-leases") == 37;
            });
    lease(one, acme).expect(429);
    lease(two, acme).expect(429);
  }

  @Test
  void n36_what_was_granted_under_a_key_is_given_again_where_there_is_no_room() {
    Tenancy acme = tenant("one-lease", new JsonObject().put("leases", 1));
    String first = id(lease(one, acme, "Idempotency-Key", "again").expect(201));
    for (BrokerNode node : List.of(one, two)) {
      lease(node, acme).expect(429);
      lease(node, acme, "Idempotency-Key", "another").expect(429);
      assertThat(id(lease(node, acme, "Idempotency-Key", "again").expect(200))).isEqualTo(first);
    }
  }

  private static String id(Client.Answer granted) {
    return granted.json().getJsonArray("leases").getJsonObject(0).getString("id");
  }

  @Test
  void n36_streams_are_shared_out_to_the_nodes() {
    Tenancy acme = tenant("many-streams", new JsonObject().put("streams", 4));
    Awaitility.await("both nodes know of each other")
        .atMost(SOON)
        .until(
            () -> {
              var first = one.client(acme.viewer()).events("?after=now");
              var second = one.client(acme.viewer()).events("?after=now");
              int third = one.client(acme.viewer()).get("/events?wait=0s&after=now").status();
              first.close();
              second.close();
              return third == 429;
            });
  }

  @Test
  void n36_requests_are_shared_out_to_the_nodes() {
    Tenancy acme = tenant("many-requests", new JsonObject().put("requests_per_second", 100));
    Awaitility.await("each node lets half of them through")
        .atMost(SOON)
        .until(() -> burst(one, acme) == 100 && burst(two, acme) == 100);
  }

  /** How many requests this node lets through at once, which is those of two seconds. */
  private static int burst(BrokerNode node, Tenancy tenant) {
    String policy =
        node.client(tenant.viewer()).get("/secrets?project=demo").header("RateLimit-Policy");
    return Integer.parseInt(policy.replaceFirst(".*\"tenant\";q=([0-9]+).*", "$1"));
  }

  private static Tenancy tenant(String name, JsonObject quotas) {
    Tenancy made = brokers.tenant(operator, name);
    operator.put("/tenants/" + name + "/quotas", quotas).expect(200);
    one.client(made.app())
        .post(
            "/secrets?project=demo",
            new JsonObject().put("name", "kept").put("type", "text").put("value", Canary.value()))
        .expect(201);
    return made;
  }

  private static long live(String tenant) {
    return Long.parseLong(
        brokers
            .rows(
                "SELECT count(*) FROM lease JOIN tenant USING (tenant_id) WHERE name = '"
                    + tenant
                    + "'")
            .getFirst());
  }

  private static Client.Answer lease(BrokerNode node, Tenancy tenant, String... headers) {
    return node.client(tenant.runner())
        .post(
            "/leases",
            new JsonObject()
                .put("project", "demo")
                .put("secrets", new JsonArray().add(new JsonObject().put("secret", "kept"))),
            headers);
  }

  private interface Asking {
    Client.Answer ask(int number);
  }

  private static List<Client.Answer> asked(int times, Asking asking) {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Client.Answer>> all =
          IntStream.range(0, times)
              .mapToObj(i -> CompletableFuture.supplyAsync(() -> asking.ask(i), callers))
              .toList();
      return all.stream().map(CompletableFuture::join).toList();
    }
  }
}
