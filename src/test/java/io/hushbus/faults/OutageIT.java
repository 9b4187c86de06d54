package io.hushbus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.Client.Answer;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The database goes away under a running broker, or takes no more audit records: nothing is given
 * away, nothing that was acknowledged is lost, and the broker goes on by itself when it can.
 */
final class OutageIT {

  private static final Duration RECOVERY = Duration.ofSeconds(20);

  private static Brokers brokers;
  private static BrokerNode node;
  private static Tenancy acme;

  @BeforeAll
  static void start() {
    brokers = Brokers.onStoppable();
    node = brokers.start();
    acme = brokers.tenant(node.client(brokers.operator()), "acme");
  }

  @AfterAll
  static void stop() {
    brokers.close();
  }

  @Test
  void g1_a_restart_of_the_database_under_load_loses_nothing_acknowledged() {
    Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    Queue<Answer> refused = new ConcurrentLinkedQueue<>();
    AtomicBoolean stop = new AtomicBoolean();
    try (var stream = node.client(acme.viewer()).events("?after=now");
        ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int writer = 0; writer < 3; writer++) {
        String prefix = "writer" + writer + "-";
        writers.execute(() -> write(prefix, stop, acknowledged, refused));
      }
      until("some were written", () -> acknowledged.size() > 10);

      brokers.database().stopServer();
      until("refused", () -> refused.size() > 3);
      assertThat(node.management("/readyz").status()).isEqualTo(503);
      assertThat(node.management("/livez").status()).isEqualTo(200);
      Answer lease = lease("writer0-1");
      lease.expect(503);
      assertThat(lease.header("Retry-After")).isNotEmpty();

      int before = acknowledged.size();
      brokers.database().startServer();
      until("written again", () -> acknowledged.size() > before + 10);
      stop.set(true);
      String last = List.copyOf(acknowledged).getLast();
      stream.await(
          "the stream goes on",
          RECOVERY,
          event -> last.equals(event.getJsonObject("data").getString("name")));
    } finally {
      stop.set(true);
    }

    assertThat(refused)
        .allMatch(answer -> answer.status() == 503)
        .allMatch(answer -> !answer.header("Retry-After").isEmpty());
    assertThat(brokers.rows("SELECT name FROM secret")).containsAll(acknowledged);
    until("ready", () -> node.management("/readyz").status() == 200);
    lease("writer0-1").expect(201);
    Bookkeeping.check(brokers);
  }

  @Test
  void without_its_audit_trail_the_broker_gives_and_changes_nothing() {
    create("audited").expect(201);
    lease("audited").expect(201);
    int leases = leases();
    try {
      brokers.database().asOwner("REVOKE INSERT ON audit_tail FROM hushbus_app, hushbus_system");

      assertThat(lease("audited").status()).isEqualTo(503);
      assertThat(create("unaudited").status()).isEqualTo(503);
      assertThat(leases()).as("leases").isEqualTo(leases);
      assertThat(node.management("/readyz").status()).isEqualTo(503);
      assertThat(brokers.rows("SELECT 1 FROM secret WHERE name = 'unaudited'")).isEmpty();
    } finally {
      brokers.database().asOwner("GRANT INSERT ON audit_tail TO hushbus_app, hushbus_system");
    }
    lease("audited").expect(201);
    create("unaudited").expect(201);
  }

  private static void write(
      String prefix, AtomicBoolean stop, Queue<String> acknowledged, Queue<Answer> refused) {
    int number = 1;
    String name = prefix + number;
    while (!stop.get()) {
      Answer answer = create(name);
      if (answer.status() == 201) {
        acknowledged.add(name);
        name = prefix + ++number;
      } else if (answer.status() == 409) {
        // It was written by the request before, whose outcome was unknown.
        name = prefix + ++number;
      } else {
        refused.add(answer);
      }
    }
  }

  private static int leases() {
    return brokers.rows("SELECT 1 FROM lease").size();
  }

  private static Answer create(String name) {
    JsonObject secret =
        new JsonObject().put("name", name).put("type", "text").put("value", Canary.value());
    return app().post("/secrets?project=demo", secret);
  }

  private static Answer lease(String name) {
    JsonObject ask =
        new JsonObject()
            .put("project", "demo")
            .put("secrets", new JsonArray().add(new JsonObject().put("secret", name)));
    return app().as(acme.runner()).post("/leases", ask);
  }

  private static Client app() {
    return node.client(acme.app());
  }

  private static void until(String what, java.util.concurrent.Callable<Boolean> holds) {
    Awaitility.await(what).atMost(RECOVERY).pollInterval(Duration.ofMillis(20)).until(holds);
  }
}
