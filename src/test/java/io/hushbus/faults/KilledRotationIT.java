package io.hushbus.faults;

import static java.util.concurrent.TimeUnit.SECONDS;
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
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** N-64: a rotation whose nodes are killed at every batch goes on, and all stays readable. */
final class KilledRotationIT {

  private static final Duration SOON = Duration.ofSeconds(90);

  private static Brokers brokers;
  private static BrokerNode reader;
  private static Tenancy acme;

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    reader = brokers.start(Tuning.QUIET);
    acme = brokers.tenant(reader.client(brokers.operator()), "acme");
  }

  @AfterAll
  static void stop() {
    brokers.close();
  }

  @Test
  void n64_a_rotation_killed_at_each_batch_resumes_and_loses_nothing() throws Exception {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < 130; i++) { // two batches of heads, one of versions
      String value = i < 5 ? Canary.value() : "value-" + i;
      values.put("kept-" + i, value);
      reader
          .client(acme.app())
          .post(
              "/secrets?project=demo",
              new JsonObject().put("name", "kept-" + i).put("type", "text").put("value", value))
          .expect(201);
    }
    Client operator = reader.client(brokers.operator());
    String id =
        operator.post("/tenants/acme/keys", new JsonObject()).expect(202).json().getString("id");

    for (String when : List.of("before", "after", "before", "after", "before")) {
      Process child = child(1, when);
      assertThat(child.waitFor(60, SECONDS)).isTrue();
      assertThat(child.exitValue()).isEqualTo(ChildGround.KILLED);
      // The next child need not wait for the time of the dead one to run out.
      brokers.database().asOwner("UPDATE job SET expires_at = now() - interval '1 second'");
      readable(values);
      nothingUnknown();
    }

    Process last = child(0, "never");
    try {
      Awaitility.await("the rotation ends")
          .atMost(SOON)
          .until(
              () -> {
                brokers
                    .database()
                    .asOwner(
                        "UPDATE tenant_key SET superseded_at = superseded_at - interval '1 minute'"
                            + " WHERE NOT is_primary AND retired_at IS NULL");
                return operator
                    .get("/operations/" + id)
                    .expect(200)
                    .json()
                    .getString("state")
                    .equals("succeeded");
              });
    } finally {
      last.destroy();
    }
    readable(values);
    nothingUnknown();
    assertThat(brokers.rows("SELECT DISTINCT mac_generation FROM secret_version"))
        .containsExactly("2");
  }

  private static void readable(Map<String, String> values) {
    for (int at = 0; at < 130; at += 13) {
      String name = "kept-" + at;
      JsonObject ask =
          new JsonObject()
              .put("project", "demo")
              .put("secrets", new JsonArray().add(new JsonObject().put("secret", name)));
      assertThat(
              reader
                  .client(acme.runner())
                  .post("/leases", ask)
                  .expect(201)
                  .json()
                  .getJsonArray("leases")
                  .getJsonObject(0)
                  .getJsonObject("data")
                  .getString("value"))
          .isEqualTo(values.get(name));
    }
  }

  private static void nothingUnknown() {
    for (String table : List.of("secret", "secret_version", "lease")) {
      assertThat(
              brokers.rows(
                  "SELECT count(*) FROM "
                      + table
                      + " t LEFT JOIN tenant_key k ON k.tenant_id = t.tenant_id"
                      + " AND k.generation = t.mac_generation WHERE k.generation IS NULL"))
          .containsExactly("0");
    }
    assertThat(
            brokers.rows(
                "SELECT count(*) FROM secret_version"
                    + " WHERE get_byte(sealed, 7) <> mac_generation"))
        .containsExactly("0");
  }

  private static Process child(int batch, String when) throws IOException {
    return ChildGround.process(
            RotatingChild.class,
            List.of("-Xmx256m"),
            System.getProperty("java.class.path"),
            brokers,
            List.of(Integer.toString(batch), when, RotatingChild.OPERATION_MOVES))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
