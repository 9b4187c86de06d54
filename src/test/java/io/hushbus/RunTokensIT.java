package io.hushbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.Brokers;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the token of a run is good for, over HTTP and on two nodes. */
final class RunTokensIT {

  private static Brokers brokers;
  private static Client one;
  private static Client other;
  private static Tenancy acme;
  private static int names;

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    one = brokers.start().client("");
    other = brokers.start().client("");
    acme = brokers.tenant(one.as(brokers.operator()), "acme");
    JsonObject secret =
        new JsonObject().put("name", "held").put("type", "text").put("value", Canary.value());
    one.as(acme.app()).post("/secrets?project=demo", secret).expect(201);
  }

  @AfterAll
  static void stop() {
    brokers.close();
  }

  @Test
  void a_token_leases_beats_acknowledges_and_completes_for_its_run() {
    JsonObject run = open();
    Client task = other.as(run.getString("token"));
    String id = run.getString("id");
    String lease = leaseOf(task.post("/leases", held()).expect(201));
    assertThat(task.post("/leases", held()).expect(200).json().getJsonArray("leases")).hasSize(1);
    task.post("/leases/" + lease + "/renew", new JsonObject()).expect(200);
    task.post("/leases/" + lease + "/advance", new JsonObject()).expect(200);
    JsonObject applied = new JsonObject().put("version", 1).put("status", "applied");
    task.post("/leases/" + lease + "/ack", applied).expect(204);
    assertThat(task.get("/leases/" + lease).expect(200).json().getString("run")).isEqualTo(id);
    task.post("/runs/" + id + "/heartbeat", new JsonObject()).expect(200);
    assertThat(task.get("/runs").expect(200).json().getJsonArray("runs")).hasSize(1);
    task.post("/runs/" + id + "/complete", new JsonObject()).expect(200);
  }

  @Test
  void a_token_is_good_for_nothing_else() {
    JsonObject run = open();
    JsonObject stranger = open();
    Client task = other.as(run.getString("token"));
    String foreign =
        leaseOf(one.as(stranger.getString("token")).post("/leases", held()).expect(201));
    for (String path :
        List.of(
            "/secrets?project=demo",
            "/secrets/held?project=demo",
            "/projects",
            "/audit",
            "/service-accounts",
            "/runs/" + stranger.getString("id"),
            "/leases/" + foreign)) {
      assertThat(task.get(path).status()).as(path).isEqualTo(404);
    }
    String theirs = "/runs/" + stranger.getString("id");
    task.post(theirs + "/heartbeat", new JsonObject()).expect(404);
    task.post(theirs + "/complete", new JsonObject()).expect(404);
    task.post("/leases/" + foreign + "/renew", new JsonObject()).expect(404);
    task.post("/leases/" + foreign + "/revoke", new JsonObject()).expect(404);
    task.post("/leases", held().put("run", stranger.getString("id"))).expect(404);
    task.post("/runs", ask()).expect(404);
    JsonObject secret = new JsonObject().put("secret_id", stranger.getString("id"));
    task.post("/leases/revoke", secret).expect(404);
  }

  @Test
  void n68_a_token_ends_with_its_run_on_every_node_within_five_seconds() {
    JsonObject run = open();
    String id = run.getString("id");
    Client task = other.as(run.getString("token"));
    String lease = leaseOf(task.post("/leases", held()).expect(201));
    one.as(acme.runner()).post("/runs/" + id + "/complete", new JsonObject()).expect(200);
    // Its leases at once, whatever is remembered of who calls.
    assertThat(task.post("/leases/" + lease + "/renew", new JsonObject()).status()).isIn(410, 401);
    assertThat(task.post("/leases", held()).status()).isIn(410, 401);
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> task.get("/runs/" + id).status() == 401);
  }

  @Test
  void a_token_that_never_was_is_like_any_other() {
    assertThat(one.as("hsr_" + "x".repeat(49)).get("/runs").status()).isEqualTo(401);
    assertThat(one.as("hsr_").get("/runs").status()).isEqualTo(401);
    String token = open().getString("token");
    char last = token.charAt(token.length() - 1);
    String mistyped = token.substring(0, token.length() - 1) + (last == 'a' ? 'b' : 'a');
    assertThat(one.as(mistyped).get("/runs").status()).isEqualTo(401);
    // The key of an account it is not, nor is a key of an account a run's.
    assertThat(one.as("hsb_" + token.substring(4)).get("/runs").status()).isEqualTo(401);
  }

  private static JsonObject open() {
    return one.as(acme.runner()).post("/runs", ask()).expect(201).json();
  }

  private static JsonObject ask() {
    return new JsonObject().put("project", "demo").put("external_id", "token-" + ++names);
  }

  private static JsonObject held() {
    return new JsonObject()
        .put("secrets", new JsonArray().add(new JsonObject().put("secret", "held")));
  }

  private static String leaseOf(Client.Answer granted) {
    return granted.json().getJsonArray("leases").getJsonObject(0).getString("id");
  }
}
