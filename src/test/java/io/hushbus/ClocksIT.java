package io.hushbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Brokers.Tuning;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.DatabaseClock;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clocks that are wrong: those of nodes, which nobody asks, and the database's, which is the one
 * that counts. Time that passes while no broker runs is time like any other.
 */
final class ClocksIT {

  private static final Duration SOON = Duration.ofSeconds(20);

  private Brokers brokers;
  private DatabaseClock clock;

  @SuppressWarnings("NullAway.Init")
  private BrokerNode node;

  @SuppressWarnings("NullAway.Init")
  private Tenancy acme;

  @BeforeEach
  void open() {
    brokers = Brokers.fresh();
    clock = DatabaseClock.of(brokers.database());
  }

  @AfterEach
  void close() {
    brokers.close();
  }

  private void start() {
    node = brokers.start(Tuning.USUAL);
    acme = brokers.tenant(node.client(brokers.operator()), "acme");
    node.client(acme.app())
        .post(
            "/secrets?project=demo",
            new JsonObject().put("name", "dated").put("type", "text").put("value", Canary.value()))
        .expect(201);
  }

  /** Seen from the database it is the node that is an hour slow, or an hour fast. */
  @ParameterizedTest
  @ValueSource(longs = {60, -60})
  void f11_a_node_whose_clock_is_an_hour_wrong_lets_nothing_live_longer_or_shorter(long minutes) {
    clock.pass(Duration.ofMinutes(minutes));
    start();
    JsonObject lease = leased("10m");
    assertThat(Instant.parse(lease.getString("expires_at")))
        .isBetween(clock.now(), clock.now().plus(Duration.ofMinutes(10)));
    Client byToken = node.client(token());
    byToken.get("/auth/whoami").expect(200);

    clock.pass(Duration.ofMinutes(9));
    renewed(lease, "1s").expect(200);
    byToken.get("/auth/whoami").expect(200);
    clock.pass(Duration.ofMinutes(7));
    renewed(lease, "10m").expect(410);
    Awaitility.await("the token of 15 minutes ends")
        .atMost(SOON)
        .until(() -> byToken.get("/auth/whoami").status() == 401);
    node.client(token()).get("/auth/whoami").expect(200);
  }

  @Test
  void f12_where_the_clock_of_the_database_jumps_no_lease_becomes_eternal() {
    start();
    JsonObject lease = leased("10m");
    Instant wall = Instant.parse(lease.getString("max_expires_at"));

    clock.pass(Duration.ofHours(-3));
    JsonObject renewed = renewed(lease, "30d").expect(200).json();
    assertThat(Instant.parse(renewed.getString("expires_at"))).isBeforeOrEqualTo(wall);
    assertThat(Instant.parse(renewed.getString("max_expires_at"))).isEqualTo(wall);

    clock.set(wall);
    renewed(lease, "10m").expect(410);
    clock.pass(Duration.ofHours(-3));
    assertThat(leased("10m").getLong("renew_in_seconds")).isNotNegative();
  }

  @Test
  void a_lease_that_is_handed_out_again_says_what_is_left_of_its_time() {
    start();
    String[] once = {"Idempotency-Key", "the-same"};
    asked("10m", once).expect(201);

    clock.pass(Duration.ofMinutes(6));
    JsonObject again =
        asked("10m", once).expect(200).json().getJsonArray("leases").getJsonObject(0);

    assertThat(again.getLong("expires_in_ms")).isBetween(1L, Duration.ofMinutes(4).toMillis());
    assertThat(again.getLong("renew_in_seconds")).isLessThan(Duration.ofMinutes(4).toSeconds());
  }

  @Test
  void f20_what_expired_while_no_broker_ran_is_over_from_the_first_request_on() {
    start();
    JsonObject shorter = leased("10m");
    JsonObject longer = leased("2h");
    node.stop();
    clock.pass(Duration.ofMinutes(11));

    node = brokers.start(Tuning.QUIET); // no loop has time to do anything
    renewed(shorter, "10m").expect(410);
    renewed(longer, "2h").expect(200);
    node.client(acme.runner())
        .post("/leases/" + shorter.getString("id") + "/advance", new JsonObject())
        .expect(410);
    assertThat(state(shorter)).isEqualTo("expired");
    assertThat(state(longer)).isEqualTo("active");
  }

  private String state(JsonObject lease) {
    return node.client(acme.viewer())
        .get("/leases/" + lease.getString("id"))
        .expect(200)
        .json()
        .getString("state");
  }

  private String token() {
    String id =
        node.client(acme.app())
            .get("/auth/whoami")
            .expect(200)
            .json()
            .getJsonObject("principal")
            .getString("id");
    return node.client("")
        .sendText(
            "POST",
            "/auth/token",
            "grant_type=client_credentials&client_id=" + id + "&client_secret=" + acme.app(),
            "Content-Type",
            "application/x-www-form-urlencoded")
        .expect(200)
        .json()
        .getString("access_token");
  }

  private JsonObject leased(String ttl) {
    return asked(ttl).expect(201).json().getJsonArray("leases").getJsonObject(0);
  }

  private Client.Answer asked(String ttl, String... headers) {
    JsonObject ask =
        new JsonObject()
            .put("project", "demo")
            .put("ttl", ttl)
            .put("secrets", new JsonArray().add(new JsonObject().put("secret", "dated")));
    return node.client(acme.runner()).post("/leases", ask, headers);
  }

  private Client.Answer renewed(JsonObject lease, String ttl) {
    return node.client(acme.runner())
        .post("/leases/" + lease.getString("id") + "/renew", new JsonObject().put("ttl", ttl));
  }
}
