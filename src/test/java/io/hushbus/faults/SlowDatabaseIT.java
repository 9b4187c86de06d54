package io.hushbus.faults;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.Client.Answer;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.assertj.core.api.SoftAssertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The database is there and answers nothing, which is worse than being away: every connection looks
 * alive. Every request is refused in bounded time, and the broker goes on by itself afterwards.
 */
final class SlowDatabaseIT {

  private static final Duration RECOVERY = Duration.ofSeconds(20);

  /** Far more than any answer may take, and far less than for ever. */
  private static final long BOUND_SECONDS = 10;

  private static final String PROBLEM = "application/problem+json";
  private static final int ROUNDS = 3;

  private static Brokers brokers;
  private static BrokerNode node;
  private static Tenancy acme;
  private static String lease;
  private static String appId;

  @BeforeAll
  static void start() {
    brokers = Brokers.onStoppable();
    node = brokers.start();
    acme = brokers.tenant(node.client(brokers.operator()), "acme");
    appId = app().get("/auth/whoami").expect(200).json().getJsonObject("principal").getString("id");
    create("kept").expect(201);
    lease =
        leaseOf("kept").expect(201).json().getJsonArray("leases").getJsonObject(0).getString("id");
  }

  @AfterEach
  void thaw() {
    brokers.database().thawServer();
  }

  @AfterAll
  static void stop() {
    brokers.close();
  }

  @Test
  void a_frozen_database_makes_every_answer_a_bounded_503_until_it_goes_on() throws Exception {
    Map<String, Supplier<Answer>> requests = requests("frozen");

    brokers.database().freezeServer();
    for (int round = 1; round <= ROUNDS; round++) {
      refusedInTime("round " + round + " of ", requests);
      assertThat(node.management("/livez").status()).isEqualTo(200);
      assertThat(node.management("/readyz").status()).isEqualTo(503);
      assertThat(node.management("/metrics").status()).isEqualTo(200);
    }

    brokers.database().thawServer();
    recovered("thawed");
  }

  @Test
  void a_table_locked_by_others_makes_what_needs_it_a_bounded_503() throws Exception {
    Map<String, Supplier<Answer>> requests = requests("locked");
    requests.keySet().removeIf(name -> !name.contains("secret") && !name.contains("lease"));

    try (Connection owner = brokers.database().owner()) {
      owner.setAutoCommit(false);
      owner.createStatement().execute("LOCK TABLE secret, lease IN ACCESS EXCLUSIVE MODE");
      refusedInTime("locked: ", requests);
      assertThat(node.management("/livez").status()).isEqualTo(200);
      owner.rollback();
    }

    recovered("unlocked");
  }

  /** One of each kind, by a name for the report. */
  private static Map<String, Supplier<Answer>> requests(String word) {
    Map<String, Supplier<Answer>> all = new LinkedHashMap<>();
    JsonObject value = new JsonObject().put("value", Canary.value());
    all.put("create a secret", () -> create(word));
    all.put("replace a secret", () -> app().put("/secrets/kept?project=demo", value));
    all.put("delete a secret", () -> app().delete("/secrets/kept?project=demo"));
    all.put("read a secret", () -> app().get("/secrets/kept?project=demo"));
    all.put("list secrets", () -> app().get("/secrets?project=demo"));
    all.put("lease", () -> leaseOf("kept"));
    all.put("renew a lease", () -> runner().post(leasePath("/renew"), new JsonObject()));
    all.put("read a lease", () -> runner().get(leasePath("")));
    all.put("revoke a lease", () -> runner().post(leasePath("/revoke"), new JsonObject()));
    all.put("list leases", () -> app().get("/leases?project=demo"));
    all.put("login", SlowDatabaseIT::login);
    all.put("whoami of a stranger", () -> node.client(acme.viewer()).get("/auth/whoami"));
    all.put("poll events", () -> app().get("/events?after=earliest&wait=1s"));
    all.put("read the audit", () -> node.client(acme.admin()).get("/audit"));
    return all;
  }

  /** All at once, as callers do who do not know of each other. */
  private static void refusedInTime(String when, Map<String, Supplier<Answer>> requests)
      throws Exception {
    SoftAssertions all = new SoftAssertions();
    Map<String, Future<Answer>> asked = new LinkedHashMap<>();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      requests.forEach((name, request) -> asked.put(name, callers.submit(request::get)));
      for (var one : asked.entrySet()) {
        Answer answer = one.getValue().get(BOUND_SECONDS, SECONDS);
        String what = when + one.getKey() + ": " + answer.body();
        all.assertThat(answer.status()).as(what).isEqualTo(503);
        all.assertThat(answer.header("Content-Type")).as(what).isEqualTo(PROBLEM);
        all.assertThat(answer.header("Retry-After")).as(what).isNotEmpty();
      }
    }
    all.assertAll();
  }

  /** Without a restart; and what was acknowledged before is there, what was refused not by half. */
  private static void recovered(String word) {
    until("ready", () -> node.management("/readyz").status() == 200);
    until("written", () -> create(word).status() == 201);
    until("leased", () -> leaseOf(word).status() == 201);
    until("logged in", () -> login().status() == 200);
    assertThat(brokers.rows("SELECT name FROM secret")).contains("kept", word);
    assertThat(brokers.rows("SELECT lease_id FROM lease")).contains(lease);
    Bookkeeping.check(brokers);
  }

  private static Answer create(String name) {
    JsonObject secret =
        new JsonObject().put("name", name).put("type", "text").put("value", Canary.value());
    return app().post("/secrets?project=demo", secret);
  }

  private static Answer leaseOf(String name) {
    JsonObject ask =
        new JsonObject()
            .put("project", "demo")
            .put("secrets", new JsonArray().add(new JsonObject().put("secret", name)));
    return runner().post("/leases", ask);
  }

  private static Answer login() {
    return node.client("")
        .sendText(
            "POST",
            "/auth/token",
            "grant_type=client_credentials&client_id=" + appId + "&client_secret=" + acme.app(),
            "Content-Type",
            "application/x-www-form-urlencoded");
  }

  private static String leasePath(String end) {
    return "/leases/" + lease + end;
  }

  private static Client app() {
    return node.client(acme.app());
  }

  private static Client runner() {
    return node.client(acme.runner());
  }

  private static void until(String what, Callable<Boolean> holds) {
    Awaitility.await(what).atMost(RECOVERY).pollInterval(Duration.ofMillis(20)).until(holds);
  }
}
