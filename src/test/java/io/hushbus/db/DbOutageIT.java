package io.hushbus.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.hushbus.support.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** PostgreSQL goes away under load and comes back: bounded answers, then recovery by itself. */
final class DbOutageIT {

  private static final TenantId TENANT = new TenantId(UUID.randomUUID());

  @Test
  void a_restart_of_the_database_needs_no_restart_of_the_broker() {
    Vertx vertx = Vertx.vertx();
    try (TestDatabase database = TestDatabase.stoppable()) {
      Db db = new Db(vertx, database.config(), StatementProbe.NONE);
      DedicatedConnection batcher = db.dedicated(SystemTx.Job.LEASE_BATCH);
      List<String> heard = new CopyOnWriteArrayList<>();
      db.dedicated(SystemTx.Job.LOG_FOLLOWER).listen("hushbus_test", heard::add).await();
      assertThat(one(db).await()).isEqualTo(1);
      assertThat(batch(batcher).await()).isEqualTo(1);

      List<Future<Integer>> load = IntStream.range(0, 200).mapToObj(i -> one(db)).toList();
      database.stopServer();
      Future.join(load).otherwiseEmpty().await();
      assertThat(load)
          .allMatch(one -> one.succeeded() || one.cause() instanceof Failure.Unavailable);
      assertThatThrownBy(() -> one(db).await()).isInstanceOf(Failure.Unavailable.class);
      assertThatThrownBy(() -> batch(batcher).await()).isInstanceOf(Failure.Unavailable.class);
      assertThat(db.ping().await()).isFalse();

      database.startServer();
      within10s(() -> assertThat(one(db).await()).isEqualTo(1));
      within10s(() -> assertThat(batch(batcher).await()).isEqualTo(1));
      within10s(() -> assertThat(heard).as("connected, and connected again").hasSize(2));
      db.write(TENANT, tx -> tx.query("SELECT pg_notify('hushbus_test', 'word')")).await();
      within10s(() -> assertThat(heard).contains("word"));
      assertThat(Future.all(IntStream.range(0, 50).mapToObj(i -> one(db)).toList()).await().size())
          .isEqualTo(50);
      db.close().await();
    } finally {
      vertx.close().await();
    }
  }

  private static Future<Integer> one(Db db) {
    return db.read(TENANT, tx -> tx.one("SELECT 1 AS n", row -> row.getInteger("n")))
        .map(n -> n.orElseThrow());
  }

  private static Future<Integer> batch(DedicatedConnection batcher) {
    return batcher
        .transaction(List.of(TENANT), tx -> tx.one("SELECT 1 AS n", row -> row.getInteger("n")))
        .map(n -> n.orElseThrow());
  }

  private static void within10s(org.awaitility.core.ThrowingRunnable holds) {
    await().atMost(Duration.ofSeconds(10)).ignoreExceptions().untilAsserted(holds);
  }
}
