package io.hushbus.faults;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Brokers.Tuning;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * N-35: the end of a tenant whose nodes are killed in every stage is brought to its end by others,
 * and who comes after it under its name sees nothing of it.
 */
final class KilledDeletionIT {

  private static final int MOST_KILLS = 60;
  private static final Set<String> LEFT_BY_ROWS =
      Set.of(
          "audit_chain", "audit_checkpoint", "audit_record", "audit_tail", "operation", "tenant");

  @TempDir private Path directory;

  private static Brokers brokers;
  private static BrokerNode asker;

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    asker = brokers.start(Tuning.QUIET);
  }

  @AfterAll
  static void stop() {
    brokers.close();
  }

  @Test
  void n35_a_deletion_killed_in_each_stage_is_completed_by_other_nodes() throws Exception {
    Client operator = asker.client(brokers.operator());
    Tenancy acme = brokers.tenant(operator, "acme");
    Tenancy other = brokers.tenant(operator, "other");
    String tenant = tenant(acme);
    for (Tenancy one : new Tenancy[] {acme, other}) {
      create(one, "treasure");
      lease(one, "treasure");
      lease(one, "treasure");
    }
    String id = operator.delete("/tenants/acme?confirm=acme").expect(202).json().getString("id");

    // Each stage is killed before its commit, which undoes it, and then after each commit.
    Set<String> undone = new TreeSet<>();
    String stage = stage(id);
    for (int kill = 0; kill < MOST_KILLS && !stage.equals("END"); kill++) {
      boolean before = undone.add(stage);
      int piece = !before && stage.equals("ROWS") ? Math.clamp(inRows(tenant) - 1, 1, 8) : 1;
      Process child = child(piece, before ? "before" : "after");
      awaitEnd(child, stage);
      assertThat(child.exitValue())
          .as("in stage %s: %s", stage, Files.readString(said()))
          .isEqualTo(ChildGround.KILLED);
      // The next child need not wait for the time of the dead one to run out.
      brokers.database().asOwner("UPDATE job SET expires_at = now() - interval '1 second'");
      stage = stage(id);
    }
    brokers.start(directory.resolve("checkpoints"));
    Awaitility.await("another node ends it")
        .atMost(Duration.ofSeconds(60))
        .until(() -> state(operator, id).equals("succeeded"));
    assertThat(undone).contains("", "KEYS", "EVICT", "ROWS", "TRAIL", "RECORDS");

    assertThat(tablesOf(tenant))
        .isSubsetOf("audit_chain", "audit_checkpoint", "operation", "tenant");
    assertThat(
            brokers.rows(
                """
                SELECT detail ->> 'leases_ended' FROM (
                  SELECT tenant_id, detail FROM audit_tail
                  UNION ALL SELECT tenant_id, detail FROM audit_record) trail
                WHERE detail ->> 'leases_ended' IS NOT NULL
                """))
        .as("recorded once, whatever was killed")
        .containsExactly("2");
    lease(other, "treasure");

    Tenancy anew = brokers.tenant(operator, "acme");
    assertThat(tenant(anew)).isNotEqualTo(tenant);
    Client heir = asker.client(anew.admin());
    heir.get("/secrets/treasure?project=demo").expect(404);
    assertThat(heir.get("/secrets?project=demo").expect(200).json().getJsonArray("secrets"))
        .isEmpty();
    assertThat(heir.get("/leases?project=demo").expect(200).json().getJsonArray("leases"))
        .isEmpty();
    assertThat(
            heir.get("/secrets?project=demo&deleted=true")
                .expect(200)
                .json()
                .getJsonArray("secrets"))
        .isEmpty();
    asker.client(acme.app()).get("/secrets?project=demo").expect(401);
  }

  private static String stage(String id) {
    return brokers
        .rows(
            "SELECT split_part(place, ' ', 1) FROM operation WHERE operation_id = '%s'"
                .formatted(id))
        .getFirst();
  }

  private static String state(Client operator, String id) {
    return operator.get("/operations/" + id).expect(200).json().getString("state");
  }

  private static String tenant(Tenancy tenancy) {
    return asker
        .client(tenancy.admin())
        .get("/auth/whoami")
        .expect(200)
        .json()
        .getJsonObject("tenant")
        .getString("id");
  }

  private static void create(Tenancy tenancy, String name) {
    JsonObject body =
        new JsonObject().put("name", name).put("type", "text").put("value", Canary.value());
    asker.client(tenancy.app()).post("/secrets?project=demo", body).expect(201);
  }

  private static void lease(Tenancy tenancy, String name) {
    JsonObject ask =
        new JsonObject()
            .put("project", "demo")
            .put("secrets", new JsonArray().add(new JsonObject().put("secret", name)));
    asker.client(tenancy.runner()).post("/leases", ask).expect(201);
  }

  /** How many tables the stage that removes rows still has to empty, one with each commit. */
  private static int inRows(String tenant) {
    Set<String> tables = tablesOf(tenant);
    tables.removeAll(LEFT_BY_ROWS);
    return tables.size();
  }

  private static Set<String> tablesOf(String tenant) {
    Set<String> tables = new TreeSet<>();
    for (String table :
        brokers.rows(
            """
            SELECT c.oid::regclass::text FROM pg_class c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
            WHERE c.relkind = 'r'
            """)) {
      String sql = "SELECT count(*) FROM %s WHERE tenant_id = '%s'".formatted(table, tenant);
      if (!brokers.rows(sql).contains("0")) {
        tables.add(table);
      }
    }
    return tables;
  }

  /**
   * The work rests until no request of the tenant can be under way, and when the database was slow
   * to answer: that needs no waiting here.
   */
  private void awaitEnd(Process child, String stage) throws Exception {
    for (int looks = 0; looks < 1200; looks++) {
      brokers
          .database()
          .asOwner("UPDATE operation SET not_before = now() WHERE not_before > now()");
      if (child.waitFor(100, MILLISECONDS)) {
        return;
      }
    }
    throw new AssertionError("alive in stage " + stage + ": " + Files.readString(said()));
  }

  private Path said() {
    return directory.resolve("child.log");
  }

  private Process child(int batch, String when) throws IOException {
    return ChildGround.process(
            RotatingChild.class,
            List.of("-Xmx256m"),
            System.getProperty("java.class.path"),
            brokers,
            List.of(Integer.toString(batch), when, RotatingChild.OPERATION_MOVES))
        .redirectOutput(said().toFile())
        .start();
  }
}
