package io.hushbus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.EventLines;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * One process of the database is killed, whereupon the server ends all others and recovers from its
 * log; then all of it at once. What was acknowledged is there, the open stream has every notice
 * without a gap, and nobody starts the broker again.
 */
final class CrashedDatabaseIT {

  private static final Duration RECOVERY = Duration.ofSeconds(30);

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
  void f3_f30_after_a_crash_of_the_database_nothing_is_missing_and_no_position_is_left_out() {
    List<String> acknowledged = new ArrayList<>();
    try (EventLines stream = node.client(acme.viewer()).events("?after=earliest")) {
      write("before", acknowledged);
      brokers.database().killBackend(backend());
      write("recovered", acknowledged);
      brokers.database().crashServer();
      brokers.database().startServer();
      write("restarted", acknowledged);

      stream.await(
          "the stream goes on",
          RECOVERY,
          event -> acknowledged.getLast().equals(event.getJsonObject("data").getString("name")));
      assertThat(brokers.rows("SELECT name FROM secret")).containsAll(acknowledged);
      List<Long> positions =
          brokers.rows("SELECT position FROM event ORDER BY position").stream()
              .map(Long::valueOf)
              .toList();
      assertThat(positions).isEqualTo(LongStream.rangeClosed(1, positions.size()).boxed().toList());
      assertThat(stream.notices())
          .extracting(event -> event.getJsonObject("data").getString("name"))
          .containsAll(acknowledged);
    }
    Bookkeeping.check(brokers);
  }

  private static long backend() {
    return Long.parseLong(
        brokers
            .rows(
                "SELECT pid FROM pg_stat_activity WHERE application_name = 'hushbus'"
                    + " AND datname = current_database() LIMIT 1")
            .getFirst());
  }

  /** Ten are written, each as soon as the database takes it. */
  private static void write(String prefix, List<String> acknowledged) {
    for (int i = 0; i < 10; i++) {
      String name = prefix + "-" + i;
      Awaitility.await(name)
          .atMost(RECOVERY)
          .pollInterval(Duration.ofMillis(50))
          .until(() -> create(name).status() != 503);
      acknowledged.add(name);
    }
  }

  private static Client.Answer create(String name) {
    return node.client(acme.app())
        .post(
            "/secrets?project=demo",
            new JsonObject().put("name", name).put("type", "text").put("value", Canary.value()));
  }
}
