package io.hushbus.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hushbus.config.BrokerConfig;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Brokers.Tuning;
import io.hushbus.support.BusClient;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.Tenancy;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The TCP bridge of a whole broker: what it serves, to whom, and what it refuses. */
final class BridgeIT {

  private static final JsonObject NONE = new JsonObject();
  private static final JsonObject DEMO = new JsonObject().put("project", "demo");
  private static final BrokerConfig.Bus SMALL =
      new BrokerConfig.Bus(Optional.of(0), true, 24, 128 * 1024, 4, 2);

  private static Brokers brokers;
  private static BrokerNode node;
  private static Client operator;
  private static Tenancy acme;
  private static Tenancy other;

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    node = brokers.start(Tuning.USUAL.bus(SMALL));
    operator = node.client(brokers.operator());
    acme = brokers.tenant(operator, "acme");
    other = brokers.tenant(operator, "other");
  }

  @AfterAll
  static void stop() {
    brokers.close();
  }

  private static BusClient as(String token) {
    return BusClient.of(node, token);
  }

  private static String secret(String name) {
    node.client(acme.app())
        .post(
            "/secrets?project=demo",
            new JsonObject().put("name", name).put("type", "text").put("value", Canary.value()))
        .expect(201);
    return name;
  }

  @Test
  void metadata_is_read_and_listed_as_over_http() {
    secret("listed");
    try (BusClient bus = as(acme.app())) {
      JsonObject answer = bus.ask("hushbus.secret.get", DEMO.copy().put("name", "listed"), NONE);
      assertThat(answer.getJsonObject("headers").getString("ETag")).isEqualTo("\"1\"");
      assertThat(answer.getJsonObject("body"))
          .isEqualTo(node.client(acme.app()).get("/secrets/listed?project=demo").json());
      assertThat(bus.get("hushbus.secret.list", DEMO, NONE).getJsonArray("secrets")).isNotEmpty();
    }
  }

  @Test
  void a_change_keeps_its_preconditions_and_its_problems() {
    secret("guarded");
    try (BusClient bus = as(acme.app())) {
      JsonObject stale = DEMO.copy().put("name", "guarded").put("If-Match", "\"7\"");
      JsonObject refused = bus.ask("hushbus.secret.delete", stale, NONE);
      assertThat(refused.getInteger("failureCode")).isEqualTo(412);
      assertThat(refused.getString("failureType")).isEqualTo("RECIPIENT_FAILURE");
      assertThat(new JsonObject(refused.getString("message")).getString("code"))
          .isEqualTo("precondition_failed");
      JsonObject right = stale.copy().put("If-Match", "\"1\"");
      assertThat(bus.ask("hushbus.secret.delete", right, NONE).getJsonObject("headers"))
          .isEqualTo(new JsonObject().put("status", "204"));
      JsonObject gone = bus.problem("hushbus.secret.get", DEMO.copy().put("name", "guarded"), NONE);
      assertThat(gone.getString("code")).isEqualTo("not_found");
    }
  }

  @Test
  void each_frame_needs_a_token_of_its_own() {
    secret("private");
    try (BusClient bus = as("")) {
      JsonObject get = DEMO.copy().put("name", "private");
      assertThat(bus.problem("hushbus.secret.get", get, NONE).getInteger("status")).isEqualTo(401);
      JsonObject tokened = get.copy().put("Authorization", "Bearer " + acme.viewer());
      assertThat(bus.get("hushbus.secret.get", tokened, NONE).getString("name"))
          .isEqualTo("private");
      assertThat(bus.problem("hushbus.secret.get", get, NONE).getInteger("status"))
          .as("nothing is left of the token before")
          .isEqualTo(401);
    }
  }

  @Test
  void rights_are_those_of_http() {
    secret("kept");
    try (BusClient viewer = as(acme.viewer());
        BusClient stranger = as(other.app())) {
      JsonObject at = DEMO.copy().put("name", "kept");
      assertThat(viewer.problem("hushbus.secret.delete", at, NONE).getInteger("status"))
          .isEqualTo(403);
      assertThat(stranger.problem("hushbus.secret.get", at, NONE).getInteger("status"))
          .isEqualTo(404);
    }
  }

  @Test
  void a_value_that_is_not_sealed_is_refused_before_anything_is_done() {
    JsonObject bare =
        new JsonObject()
            .put("name", "bare")
            .put("type", "key_value")
            .put("data", new JsonObject().put("password", Canary.value()));
    try (BusClient bus = as(acme.app())) {
      JsonObject problem = bus.problem("hushbus.secret.create", DEMO, bare);
      assertThat(problem.getInteger("status")).isEqualTo(400);
      assertThat(problem.getJsonArray("errors").getJsonObject(0).getString("pointer"))
          .isEqualTo("/data");
      JsonObject missing = bus.problem("hushbus.secret.get", DEMO.copy().put("name", "bare"), NONE);
      assertThat(missing.getInteger("status")).isEqualTo(404);
    }
  }

  @Test
  void a_lease_without_a_key_to_seal_to_shows_no_value_and_is_not_granted() {
    secret("sealed-only");
    JsonObject wanted =
        new JsonObject()
            .put("project", "demo")
            .put(
                "secrets",
                new io.vertx.core.json.JsonArray()
                    .add(new JsonObject().put("secret", "sealed-only")));
    try (BusClient bus = as(acme.runner())) {
      JsonObject problem = bus.problem("hushbus.lease.grant", NONE, wanted);
      assertThat(problem.getInteger("status")).isEqualTo(400);
      assertThat(problem.encode()).contains("/sealed_to");
    }
    assertThat(node.client(acme.runner()).get("/leases").json().getJsonArray("leases")).isEmpty();
  }

  @Test
  void what_the_operation_does_not_know_is_refused() {
    try (BusClient bus = as(acme.app())) {
      JsonObject odd = DEMO.copy().put("name", "x").put("colour", "red");
      assertThat(bus.problem("hushbus.secret.get", odd, NONE).encode()).contains("?colour");
      assertThat(bus.problem("hushbus.secret.get", DEMO, NONE).encode()).contains("?name");
    }
  }

  @Test
  void only_the_closed_list_of_addresses_is_there() {
    String tenant = brokers.rows("SELECT tenant_id FROM tenant WHERE name = 'acme'").getFirst();
    try (BusClient bus = as(acme.admin())) {
      for (String address :
          List.of(
              "hushbus.events." + tenant,
              "hushbus.sub." + UUID.randomUUID(),
              "hushbus.hint",
              "hushbus.secret.reveal",
              "__vertx.subs")) {
        JsonObject refused = bus.ask(address, NONE, NONE);
        assertThat(refused.getString("failureType")).isEqualTo("NO_HANDLERS");
        assertThat(refused.getString("message")).isEqualTo("unknown_address");
        bus.register(address);
        assertThat(bus.next().getString("message")).isEqualTo("unknown_address");
      }
    }
    assertThat(node.management("/metrics").body())
        .contains("hushbus_bus_refused_total{reason=\"unknown_address\"}");
  }

  @Test
  void nothing_is_published_and_nothing_is_sent_without_waiting_for_the_answer() {
    try (BusClient bus = as(acme.admin())) {
      JsonObject frame =
          new JsonObject()
              .put("address", "hushbus.secret.list")
              .put("headers", DEMO.copy().put("Authorization", "Bearer " + acme.admin()));
      bus.frame(frame.copy().put("type", "publish"));
      assertThat(bus.next().getString("message")).isEqualTo("not_a_request");
      bus.frame(frame.copy().put("type", "send"));
      assertThat(bus.next().getString("message")).isEqualTo("not_a_request");
      bus.frame(new JsonObject().put("type", "ping"));
      assertThat(bus.next().getString("type")).isEqualTo("pong");
    }
  }

  @Test
  void events_come_to_an_address_that_only_its_owner_can_register() {
    try (BusClient bus = as(acme.app());
        BusClient thief = as(acme.app())) {
      String address = bus.get("hushbus.events", DEMO, NONE).getString("address");
      assertThat(address).startsWith("hushbus.sub.");
      thief.register(address);
      assertThat(thief.next().getString("message")).isEqualTo("unknown_address");
      bus.frame(
          new JsonObject()
              .put("type", "register")
              .put("address", address)
              .put("headers", new JsonObject().put("Authorization", "Bearer " + acme.viewer())));
      assertThat(bus.next().getString("message"))
          .as("another principal on the same connection")
          .isEqualTo("unknown_address");
      bus.register(address);
      secret("announced");
      JsonObject event = bus.next("io.hushbus.secret.created.v1");
      assertThat(event.getString("address")).isEqualTo(address);
      assertThat(event.getJsonObject("headers").getString("cursor")).isNotEmpty();
      assertThat(event.getJsonObject("body").getJsonObject("data").getString("name"))
          .isEqualTo("announced");
    }
  }

  @Test
  void a_subscription_goes_on_from_its_cursor_on_another_connection() {
    JsonObject first;
    try (BusClient bus = as(acme.app())) {
      bus.follow(DEMO);
      secret("before-the-break");
      first = bus.next("io.hushbus.secret.created.v1");
    }
    secret("in-the-break");
    try (BusClient bus = as(acme.app())) {
      bus.follow(DEMO.copy().put("after", first.getJsonObject("headers").getString("cursor")));
      JsonObject next = bus.next("io.hushbus.secret.created.v1");
      assertThat(next.getJsonObject("body").getJsonObject("data").getString("name"))
          .isEqualTo("in-the-break");
    }
  }

  @Test
  void n74_a_forged_cursor_is_refused_when_the_subscription_begins() {
    try (BusClient bus = as(acme.app())) {
      String address = bus.follow(DEMO.copy().put("after", "forged"));
      JsonObject refused = bus.next();
      assertThat(refused.getString("address")).isEqualTo(address);
      assertThat(refused.getInteger("failureCode")).isEqualTo(400);
    }
  }

  @Test
  void unregistering_ends_the_stream_and_frees_its_place() {
    try (BusClient bus = as(acme.app())) {
      for (int i = 0; i < 5; i++) {
        String address = bus.follow(DEMO);
        bus.frame(new JsonObject().put("type", "unregister").put("address", address));
      }
      assertThat(bus.get("hushbus.events", DEMO, NONE).getString("address")).isNotEmpty();
    }
  }

  @Test
  void subscriptions_of_a_connection_are_bounded() {
    try (BusClient bus = as(acme.app())) {
      bus.follow(DEMO);
      bus.follow(DEMO);
      assertThat(bus.ask("hushbus.events", DEMO, NONE).getString("message"))
          .isEqualTo("too_many_subscriptions");
    }
  }

  @Test
  void subscriptions_asked_for_at_once_are_bounded_too() {
    try (BusClient bus = as(acme.app())) {
      List<CompletableFuture<JsonObject>> all = new ArrayList<>();
      for (int i = 0; i < SMALL.maxPending(); i++) {
        all.add(bus.asking("hushbus.events", DEMO, NONE));
      }
      List<String> answers = all.stream().map(CompletableFuture::join).map(this::kind).toList();
      assertThat(answers.stream().filter("message"::equals)).hasSize(SMALL.maxSubscriptions());
    }
  }

  @Test
  void requests_of_a_connection_that_wait_are_bounded() {
    try (BusClient bus = as(acme.app())) {
      bus.get("hushbus.secret.list", DEMO, NONE);
      List<CompletableFuture<JsonObject>> all = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        all.add(bus.asking("hushbus.secret.list", DEMO, NONE));
      }
      List<String> answers = all.stream().map(CompletableFuture::join).map(this::kind).toList();
      assertThat(answers).contains("message", "too_many_pending");
    }
  }

  private String kind(JsonObject frame) {
    return frame.getString("type").equals("message") ? "message" : frame.getString("message");
  }

  @Test
  void n83_a_frame_that_announces_too_much_ends_the_connection_before_it_is_held() {
    try (BusClient known = as(acme.app());
        BusClient stranger = as("")) {
      stranger.bytes(Buffer.buffer().appendInt(BusSettings.STRANGERS_FRAME + 1));
      stranger.awaitClosed();
      known.get("hushbus.secret.list", DEMO, NONE);
      known.bytes(Buffer.buffer().appendInt(128 * 1024 + 1));
      known.awaitClosed();
    }
    try (BusClient negative = as("")) {
      negative.bytes(Buffer.buffer().appendInt(-1));
      negative.awaitClosed();
    }
  }

  @Test
  void what_is_no_frame_ends_the_connection() {
    for (String text :
        List.of(
            "nonsense",
            "[]",
            "{\"type\":\"shout\"}",
            "{\"type\":7}",
            "{\"type\":\"send\",\"headers\":{\"a\":{}}}",
            "{\"type\":\"send\",\"headers\":{\"a\":null}}",
            "{\"type\":\"send\",\"headers\":{\"a\":[\"b\",null]}}")) {
      try (BusClient bus = as("")) {
        bus.bytes(Buffer.buffer().appendInt(text.length()).appendString(text));
        bus.awaitClosed();
      }
    }
  }

  @Test
  void whoever_tries_many_tokens_is_shown_out() {
    try (BusClient bus = as("hsk_" + "a".repeat(60))) {
      List<CompletableFuture<JsonObject>> tries = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        tries.add(bus.asking("hushbus.secret.list", DEMO, NONE));
      }
      bus.awaitClosed();
      assertThat(tries).hasSize(6);
    }
  }

  @Test
  void n83_connections_are_bounded_and_strangers_give_way() {
    List<BusClient> strangers = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      strangers.add(as(""));
    }
    await().until(() -> strangers.stream().anyMatch(BusClient::isClosed));
    try (BusClient newcomer = as(acme.app())) {
      assertThat(newcomer.get("hushbus.secret.list", DEMO, NONE)).isNotNull();
    }
    strangers.forEach(BusClient::close);
  }

  @Test
  void n82_a_right_that_is_lost_closes_the_subscription() {
    Client admin = node.client(acme.admin());
    String account =
        admin
            .post("/service-accounts", new JsonObject().put("name", "short-lived"))
            .expect(201)
            .json()
            .getString("id");
    JsonObject binding =
        admin
            .post(
                "/role-bindings",
                new JsonObject()
                    .put("service_account", account)
                    .put("role", "viewer")
                    .put("project", "demo"))
            .expect(201)
            .json();
    String key =
        admin
            .post("/service-accounts/" + account + "/keys", new JsonObject())
            .expect(201)
            .json()
            .getString("key");
    try (BusClient bus = as(key)) {
      String address = bus.follow(DEMO);
      admin.send("DELETE", "/role-bindings/" + binding.getString("id")).expect(204);
      JsonObject last = bus.next("stream.close");
      assertThat(last.getString("address")).isEqualTo(address);
    }
  }
}
