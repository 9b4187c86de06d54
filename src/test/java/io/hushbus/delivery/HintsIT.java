package io.hushbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hushbus.model.TenantId;
import io.hushbus.support.TestDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** Two nodes on one database; neither looks by itself, so what arrives was hinted. */
final class HintsIT {

  @SuppressWarnings("NullAway.Init")
  private static TestDatabase database;

  @BeforeAll
  static void openDatabase() {
    database = TestDatabase.fresh();
  }

  @AfterAll
  static void closeDatabase() {
    database.close();
  }

  @Test
  void a_commit_on_one_node_is_told_by_the_other() {
    onTwoNodes(
        true,
        (log, tenant, writer, reader) -> {
          log.commit(tenant, 2);
          hints(writer, true).committed(tenant);
          return 2;
        });
  }

  @Test
  void g15_switched_off_it_says_nothing_and_a_look_finds_all() {
    onTwoNodes(
        false,
        (log, tenant, writer, reader) -> {
          log.commit(tenant, 2);
          hints(writer, false).committed(tenant);
          reader.streams.runOnce().await();
          return 2;
        });
  }

  @Test
  void many_commits_are_few_notifications_and_none_names_anything() throws Exception {
    try (Node writer = new Node(database);
        Connection listener = database.owner();
        Statement statement = listener.createStatement()) {
      statement.execute("LISTEN hushbus_hint");
      TestLog log = new TestLog(database, writer.db);
      TenantId tenant = log.tenant();
      Hints hints = hints(writer, true);

      for (int i = 0; i < 1_000; i++) {
        hints.committed(tenant);
      }

      PGNotification[] told = listener.unwrap(PGConnection.class).getNotifications(10_000);
      assertThat(told).hasSizeBetween(1, 5);
      assertThat(told).allMatch(one -> one.getParameter().isEmpty());
    }
  }

  @Test
  void the_own_node_hears_without_notify() {
    try (Node node = new Node(database)) {
      TestLog log = new TestLog(database, node.db);
      TenantId tenant = log.tenant();
      TestSink sink = node.open(node.viewer(tenant), "now");
      node.streams.runOnce().await();

      log.commit(tenant, 1);
      hints(node, false).committed(tenant);

      await().until(() -> sink.sequences().size() == 1);
    }
  }

  @Test
  void a_listener_that_lost_its_connection_looks_once_it_is_back() {
    onTwoNodes(
        true,
        (log, tenant, writer, reader) -> {
          log.commit(tenant, 1);
          database.asOwner(
              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                  + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
          return 1;
        });
  }

  @Test
  void hints_that_do_not_come_while_a_log_moves_are_missed_and_asked_for_anew() {
    try (Node writer = new Node(database);
        Node reader = new Node(database)) {
      TestLog log = new TestLog(database, writer.db);
      TenantId tenant = log.tenant();
      Hints hearing = hints(reader, true);
      hearing.listen().await();
      reader.open(reader.viewer(tenant), "now");

      AtomicBoolean moved = new AtomicBoolean(); // not what the stream reads before it follows
      reader.streams.whenMoved(() -> moved.set(true));
      await()
          .until(
              () -> {
                log.commit(tenant, 1); // and no word of it
                reader.streams.runOnce().await();
                return moved.get();
              });
      reader.pass(Duration.ofSeconds(9));
      hearing.lookOnce();
      assertThat(reader.counters.silent).isEmpty();
      reader.pass(Duration.ofSeconds(2));
      hearing.lookOnce();
      assertThat(reader.counters.silent).containsExactly("notify");

      // Listened anew; and what is heard then ends it. An idle log is no reason.
      Hints telling = hints(writer, true);
      await()
          .until(
              () -> {
                telling.committed(tenant);
                return reader.counters.silent.isEmpty();
              });
      reader.pass(Duration.ofMinutes(1));
      hearing.lookOnce();
      assertThat(reader.counters.silent).isEmpty();
    }
  }

  @Test
  void a_log_that_moves_with_its_hints_is_in_order() {
    try (Node writer = new Node(database);
        Node reader = new Node(database)) {
      TestLog log = new TestLog(database, writer.db);
      TenantId tenant = log.tenant();
      Hints hearing = hints(reader, true);
      hearing.listen().await();
      TestSink sink = reader.open(reader.viewer(tenant), "now");
      reader.streams.runOnce().await();
      for (int round = 1; round <= 3; round++) {
        int told = round;
        log.commit(tenant, 1);
        hints(writer, true).committed(tenant);
        await().until(() -> sink.sequences().size() == told);
        reader.pass(Duration.ofSeconds(30));
        reader.streams.sweepOnce().await();
        hearing.lookOnce();
      }
      assertThat(reader.counters.silent).isEmpty();
    }
  }

  /** What is done while a stream is open on the reader; says how many events it must come to. */
  private interface Deed {
    int done(TestLog log, TenantId tenant, Node writer, Node reader);
  }

  private static void onTwoNodes(boolean notify, Deed deed) {
    try (Node writer = new Node(database);
        Node reader = new Node(database)) {
      TestLog log = new TestLog(database, writer.db);
      TenantId tenant = log.tenant();
      hints(reader, notify).listen().await();
      TestSink sink = reader.open(reader.viewer(tenant), "now");
      reader.streams.runOnce().await();
      int events = deed.done(log, tenant, writer, reader);
      await().until(() -> sink.sequences().size() == events);
    }
  }

  private static Hints hints(Node node, boolean notify) {
    return new Hints(
        node.vertx, node.db, node.streams, () -> {}, notify, node.counters, node.nanos::get);
  }
}
