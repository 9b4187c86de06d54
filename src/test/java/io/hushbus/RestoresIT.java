package io.hushbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.EventLines;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that is older than what was written outside it serves nothing until it may. */
final class RestoresIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final List<String> TRAIL =
      List.of("audit_record", "audit_chain", "audit_checkpoint");

  @TempDir private Path directory;

  @Test
  void n57_a_database_set_back_is_shut_until_an_operator_confirms() throws Exception {
    Path file = directory.resolve("checkpoints.jsonl");
    try (Brokers brokers = Brokers.fresh()) {
      BrokerNode one = brokers.start(file);
      Client operator = one.client(brokers.operator());
      Tenancy acme = brokers.tenant(operator, "acme");
      Client runner = one.client(acme.runner());
      create(one.client(acme.app()), "kept");
      runner.post("/leases", ask()).expect(201);
      sealed(brokers, file);
      TRAIL.forEach(
          table ->
              brokers.database().asOwner("CREATE TABLE old_%1$s AS TABLE %1$s".formatted(table)));
      create(one.client(acme.app()), "lost");
      sealed(brokers, file);
      long before = epoch(brokers);

      TRAIL.forEach(
          table ->
              brokers
                  .database()
                  .asOwner(
                      "DELETE FROM %1$s; INSERT INTO %1$s SELECT * FROM old_%1$s"
                          .formatted(table)));

      Awaitility.await("the running node sees it")
          .atMost(SOON)
          .until(() -> runner.post("/leases", ask()).status() == 503);
      assertThat(runner.post("/leases", ask()).json().getString("dependency")).isEqualTo("restore");
      assertThat(one.client(acme.app()).get("/secrets/kept?project=demo").status()).isEqualTo(503);
      assertThat(new JsonObject(one.management("/readyz").body()).getInteger("tenants_set_back"))
          .isPositive();
      assertThat(one.management("/metrics").body()).contains("hushbus_audit_set_back");

      brokers
          .database()
          .asOwner(
              "INSERT INTO restore_confirmation SELECT tenant_id, 9, clock_timestamp(),"
                  + " decode(repeat('00', 32), 'hex') FROM tenant WHERE name = 'acme'");
      BrokerNode two = brokers.start(file);
      assertThat(two.client(acme.runner()).post("/leases", ask()).status()).isEqualTo(503);
      two.stop();

      one.client(acme.admin()).post("/tenants/acme/confirm-restore", new JsonObject()).expect(404);
      operator.post("/tenants/acme/confirm-restore", new JsonObject()).expect(204);

      runner.post("/leases", ask()).expect(201);
      assertThat(epoch(brokers)).isGreaterThan(before);
      String operators =
          operator.get("/audit?page_size=500").expect(200).json().getJsonArray("records").encode();
      assertThat(operators).contains("restore");
      sealed(brokers, file);
      one.stop();
      BrokerNode three = brokers.start(file);
      three.client(acme.runner()).post("/leases", ask()).expect(201);
    }
  }

  @Test
  void n57_one_table_set_back_alone_shuts_the_tenant_and_its_readers_start_anew_after_a_restore()
      throws Exception {
    try (Brokers brokers = Brokers.fresh()) {
      BrokerNode node = brokers.start(directory.resolve("checkpoints.jsonl"));
      Client operator = node.client(brokers.operator());
      Tenancy acme = brokers.tenant(operator, "acme");
      Client app = node.client(acme.app());
      Client runner = node.client(acme.runner());
      Client viewer = node.client(acme.viewer());
      create(app, "kept");
      String cursor = latest(viewer);
      try (EventLines events = viewer.events("?project=demo")) {
        brokers
            .database()
            .asOwner("UPDATE secret SET deleted_at = clock_timestamp() WHERE name = 'kept'");
        Awaitility.await("the running node sees it")
            .atMost(SOON)
            .until(() -> runner.post("/leases", ask()).status() == 503);
        assertThat(brokers.rows("SELECT finding FROM inventory_check WHERE finding IS NOT NULL"))
            .containsExactly("ROWS_DIFFER");

        operator.post("/tenants/acme/confirm-restore", new JsonObject()).expect(204);

        Awaitility.await("the reader is told")
            .atMost(SOON)
            .until(() -> events.lines().contains("event: stream.reset"));
        create(app, "afterwards");
        events.await(
            "the stream goes on",
            SOON,
            notice -> notice.getString("type").contains("secret.created"));
      }
      assertThat(viewer.get("/events?project=demo&wait=1s&after=" + cursor).status())
          .isEqualTo(410);
      Awaitility.await("another look finds nothing")
          .atMost(SOON)
          .until(
              () ->
                  brokers
                      .rows("SELECT 1 FROM inventory_check WHERE finding IS NOT NULL")
                      .isEmpty());
    }
  }

  @Test
  void n57_writes_rotations_purges_and_deletions_at_once_raise_no_alarm() throws Exception {
    try (Brokers brokers = Brokers.fresh();
        var threads = Executors.newFixedThreadPool(3)) {
      BrokerNode node = brokers.start(directory.resolve("checkpoints.jsonl"));
      Client operator = node.client(brokers.operator());
      Tenancy acme = brokers.tenant(operator, "acme");
      Tenancy leaving = brokers.tenant(operator, "leaving");
      create(node.client(acme.app()), "kept");
      List<Future<?>> writers = new ArrayList<>();
      for (int thread = 0; thread < 3; thread++) {
        Client app = node.client(thread == 2 ? leaving.app() : acme.app());
        String prefix = "busy-" + thread + "-";
        writers.add(threads.submit(() -> write(app, prefix)));
      }
      operator.post("/tenants/acme/keys", new JsonObject()).expect(202);
      writers.get(2).get();
      operator.delete("/tenants/leaving?confirm=leaving").expect(202);
      for (Future<?> writer : writers) {
        writer.get();
      }
      Awaitility.await("rows have moved under the new key")
          .atMost(SOON)
          .until(
              () ->
                  brokers
                      .rows(
                          "SELECT DISTINCT mac_generation FROM secret s JOIN tenant t"
                              + " USING (tenant_id) WHERE t.name = 'acme'")
                      .equals(List.of("2")));
      String looked = lookedAt(brokers);
      Awaitility.await("a look after all that")
          .atMost(SOON)
          .until(() -> !lookedAt(brokers).equals(looked));
      assertThat(brokers.rows("SELECT finding FROM inventory_check WHERE finding IS NOT NULL"))
          .isEmpty();
      assertThat(new JsonObject(node.management("/readyz").body()).getInteger("tenants_set_back"))
          .isZero();
      node.client(acme.runner()).post("/leases", ask()).expect(201);
    }
  }

  /** Ten secrets: made, changed, and every other one deleted. */
  private static void write(Client app, String prefix) {
    for (int i = 0; i < 10; i++) {
      String path = "/secrets/" + prefix + i + "?project=demo";
      create(app, prefix + i);
      app.put(path, new JsonObject().put("value", Canary.value())).expect(200);
      if (i % 2 == 0) {
        app.delete(path).expect(204);
      }
    }
  }

  private static String lookedAt(Brokers brokers) {
    return brokers
        .rows(
            "SELECT checked_at FROM inventory_check JOIN tenant USING (tenant_id) WHERE name ="
                + " 'acme'")
        .getFirst();
  }

  private static String latest(Client viewer) {
    return viewer.get("/events?project=demo&after=earliest").expect(200).json().getString("cursor");
  }

  /** Waits until the newest checkpoint of the tenant covers all it did and is in the file. */
  private static void sealed(Brokers brokers, Path file) {
    Awaitility.await("a checkpoint is outside")
        .atMost(SOON)
        .until(
            () ->
                brokers
                        .rows(
                            "SELECT count(*) FROM audit_tail JOIN tenant USING (tenant_id)"
                                + " WHERE name = 'acme'")
                        .equals(List.of("0"))
                    && brokers
                        .rows(
                            "SELECT checkpoint.tenant_id || '\",\"sequence\":' || chain.sequence"
                                + " FROM audit_chain chain JOIN audit_checkpoint checkpoint ON"
                                + " checkpoint.tenant_id = chain.tenant_id AND checkpoint.sequence"
                                + " = chain.sequence JOIN tenant t ON t.tenant_id ="
                                + " chain.tenant_id AND t.name = 'acme'")
                        .stream()
                        .anyMatch(line -> content(file).contains(line + ",")));
  }

  private static String content(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static long epoch(Brokers brokers) {
    return Long.parseLong(
        brokers
            .rows(
                "SELECT epoch FROM tenant_stream JOIN tenant USING (tenant_id) WHERE name = 'acme'")
            .getFirst());
  }

  private static void create(Client app, String name) {
    var body = new JsonObject().put("name", name).put("type", "text").put("value", Canary.value());
    app.post("/secrets?project=demo", body).expect(201);
  }

  private static JsonObject ask() {
    return new JsonObject()
        .put("project", "demo")
        .put("secrets", new JsonArray().add(new JsonObject().put("secret", "kept")));
  }
}
