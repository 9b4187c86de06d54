package io.hushbus.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Brokers.Tuning;
import io.hushbus.support.Canary;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A drain ends when its last holder has moved. These brokers look at rotations once a day, so that
 * what happens here happens since somebody said so: to the node that drives rotations, or to the
 * other one.
 */
final class WokenIT {

  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration SOON = Duration.ofSeconds(15);

  private static Brokers brokers;
  private static BrokerNode driving;
  private static BrokerNode other;
  private static Tenancy acme;
  private static int names;

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    driving = brokers.start(new Tuning(DAY, true, DAY, Optional.empty()));
    other = brokers.start(new Tuning(DAY, true, DAY, Optional.empty()));
    acme = brokers.tenant(driving.client(brokers.operator()), "acme");
  }

  @AfterAll
  static void stop() {
    brokers.close();
  }

  /** A secret with one holder, who is to move. */
  private record Drain(String name, String secret, Optional<String> run, String lease, String id) {}

  @Test
  void by_an_acknowledgement_to_the_node_that_drives() {
    Drain drain = draining(false);
    moved(driving, drain);
    completes(drain);
  }

  @Test
  void by_an_acknowledgement_to_another_node() {
    Drain drain = draining(false);
    moved(other, drain);
    completes(drain);
  }

  @Test
  void whatever_anybody_notifies_the_node_goes_on_hearing() {
    Drain drain = draining(false);
    for (String payload : new String[] {"holders a/b", "holders /", "holders", "x".repeat(7000)}) {
      brokers.rows("SELECT pg_notify('hushbus_hint', '" + payload + "')::text");
    }
    moved(other, drain);
    completes(drain);
  }

  @Test
  void at_once_where_nobody_holds_the_old_version() {
    for (BrokerNode node : List.of(driving, other)) {
      String name = "unheld-" + ++names;
      var app = node.client(acme.app());
      JsonObject made =
          new JsonObject().put("name", name).put("type", "text").put("value", Canary.value());
      String secret = app.post("/secrets?project=demo", made).expect(201).json().getString("id");
      String rotation =
          app.put(
                  "/secrets/" + name + "?project=demo",
                  new JsonObject().put("value", Canary.value()))
              .expect(200)
              .json()
              .getString("rotation");
      completes(new Drain(name, secret, Optional.empty(), "", rotation));
    }
  }

  @Test
  void by_the_revocation_of_its_lease() {
    Drain drain = draining(false);
    other
        .client(acme.runner())
        .post("/leases/" + drain.lease() + "/revoke", new JsonObject())
        .expect(204);
    completes(drain);
  }

  @Test
  void by_the_end_of_its_run() {
    Drain drain = draining(true);
    other
        .client(acme.runner())
        .post("/runs/" + drain.run().orElseThrow() + "/complete", new JsonObject())
        .expect(200);
    completes(drain);
  }

  @Test
  void by_the_revocation_of_all_leases_on_it() {
    Drain drain = draining(false);
    other
        .client(acme.admin())
        .post("/leases/revoke", new JsonObject().put("secret_id", drain.secret()))
        .expect(200);
    completes(drain);
  }

  @Test
  void g15_where_nothing_is_said_the_next_look_finds_it() {
    Drain drain = draining(false);
    moved(driving, drain);
    Drain deaf = draining(false);
    // Another hand: no broker says anything of it.
    brokers
        .database()
        .asOwner("UPDATE lease SET expires_at = issued_at WHERE lease_id = '" + deaf.lease() + "'");
    completes(drain);
    assertThat(phase(deaf)).isEqualTo("draining");
    try (BrokerNode looking = brokers.start(Tuning.USUAL.polling(Duration.ofMillis(200)))) {
      brokers.database().asOwner("UPDATE job SET expires_at = now() - interval '1 second'");
      completes(deaf);
      assertThat(looking.address()).isNotEmpty();
    }
  }

  private static Drain draining(boolean ofRun) {
    String name = "woken-" + ++names;
    String secret =
        driving
            .client(acme.app())
            .post(
                "/secrets?project=demo",
                new JsonObject().put("name", name).put("type", "text").put("value", Canary.value()))
            .expect(201)
            .json()
            .getString("id");
    Optional<String> run = ofRun ? Optional.of(opened(name)) : Optional.empty();
    JsonObject ask =
        new JsonObject().put("secrets", new JsonArray().add(new JsonObject().put("secret", name)));
    run.ifPresentOrElse(id -> ask.put("run", id), () -> ask.put("project", "demo"));
    String lease =
        other
            .client(acme.runner())
            .post("/leases", ask)
            .expect(201)
            .json()
            .getJsonArray("leases")
            .getJsonObject(0)
            .getString("id");
    String rotation =
        driving
            .client(acme.app())
            .put(
                "/secrets/" + name + "?project=demo", new JsonObject().put("value", Canary.value()))
            .expect(200)
            .json()
            .getString("rotation");
    lookedAt(rotation);
    return new Drain(name, secret, run, lease, rotation);
  }

  /** Its beginning was heard, and nothing was to be done: from now on it is left alone. */
  private static void lookedAt(String rotation) {
    Awaitility.await("a look at the beginning")
        .atMost(SOON)
        .until(
            () ->
                !brokers
                    .rows(
                        "SELECT 1 FROM rotation WHERE visit_at > started_at + interval '1 second'"
                            + " AND rotation_id = '"
                            + rotation
                            + "'")
                    .isEmpty());
  }

  private static String opened(String name) {
    return other
        .client(acme.runner())
        .post(
            "/runs",
            new JsonObject().put("project", "demo").put("external_id", name).put("attempt", 1))
        .expect(201)
        .json()
        .getString("id");
  }

  private static void moved(BrokerNode node, Drain drain) {
    var runner = node.client(acme.runner());
    runner.post("/leases/" + drain.lease() + "/advance", new JsonObject()).expect(200);
    runner
        .post(
            "/leases/" + drain.lease() + "/ack",
            new JsonObject().put("version", 2).put("status", "applied"))
        .expect(204);
  }

  private static void completes(Drain drain) {
    Awaitility.await("the drain of " + drain.name() + " ends")
        .atMost(SOON)
        .until(() -> phase(drain).equals("completed"));
  }

  private static String phase(Drain drain) {
    return driving
        .client(acme.app())
        .get("/rotations/" + drain.id())
        .expect(200)
        .json()
        .getString("phase");
  }
}
