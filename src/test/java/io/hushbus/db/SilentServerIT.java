package io.hushbus.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hushbus.config.DatabaseConfig;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.hushbus.support.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A PostgreSQL host that accepts connections and never says a word, and then comes to itself. */
final class SilentServerIT {

  private static final TenantId TENANT = new TenantId(UUID.randomUUID());
  private static final Duration BOUND = Connections.OPENING_LIMIT.plusSeconds(10);

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger open = new AtomicInteger();
  private volatile boolean silent = true;

  @Test
  void a_silent_host_holds_no_place_in_the_pool_and_no_connection_for_long() {
    try (TestDatabase database = TestDatabase.stoppable()) {
      int port = listening(database.config()).actualPort();
      Db db = new Db(vertx, at(port, database.config()), StatementProbe.NONE);
      DedicatedConnection batcher = db.dedicated(SystemTx.Job.LEASE_BATCH);

      List<Future<Integer>> refused = IntStream.range(0, 20).mapToObj(i -> one(db)).toList();
      Future<Integer> batch = batch(batcher);
      Future.join(refused).otherwiseEmpty().await();
      assertThat(refused).allMatch(asked -> asked.cause() instanceof Failure.Unavailable);
      await().atMost(BOUND).until(batch::isComplete);
      assertThat(batch.cause()).isInstanceOf(Failure.Unavailable.class);
      assertThat(open).as("it was tried").hasPositiveValue();
      await("what was tried is given up").atMost(BOUND).until(() -> open.get() == 0);

      silent = false;
      await().atMost(BOUND).ignoreExceptions().until(() -> one(db).await() == 1);
      await().atMost(BOUND).ignoreExceptions().until(() -> batch(batcher).await() == 1);
      Future.all(IntStream.range(0, 50).mapToObj(i -> one(db)).toList()).await();
      db.close().await();
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void an_open_connection_may_be_quiet() {
    silent = false;
    try (TestDatabase database = TestDatabase.stoppable()) {
      int port = listening(database.config()).actualPort();
      Db db = new Db(vertx, at(port, database.config()), StatementProbe.NONE);
      assertThat(one(db).await()).isEqualTo(1);
      int before = open.get();
      await()
          .pollDelay(Connections.OPENING_LIMIT.plusSeconds(1))
          .atMost(BOUND)
          .until(() -> open.get() == before);
      assertThat(one(db).await()).isEqualTo(1);
      db.close().await();
    } finally {
      vertx.close().await();
    }
  }

  /** In front of the real server: says nothing, or passes on what it hears. */
  private NetServer listening(DatabaseConfig server) {
    NetClient client = vertx.createNetClient();
    return vertx
        .createNetServer()
        .connectHandler(
            socket -> {
              open.incrementAndGet();
              socket.closeHandler(gone -> open.decrementAndGet());
              if (!silent) {
                passOn(client, server, socket);
              }
            })
        .listen(0, "127.0.0.1")
        .await();
  }

  private static void passOn(NetClient client, DatabaseConfig server, NetSocket socket) {
    socket.pause();
    client
        .connect(server.port(), server.host())
        .onSuccess(
            behind -> {
              behind.pipeTo(socket);
              socket.pipeTo(behind);
            })
        .onFailure(away -> socket.close());
  }

  private static DatabaseConfig at(int port, DatabaseConfig plain) {
    return new DatabaseConfig(
        "127.0.0.1",
        port,
        plain.name(),
        plain.user(),
        plain.password(),
        plain.systemRole(),
        plain.tlsMode(),
        plain.ca(),
        2,
        plain.owner());
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
}
