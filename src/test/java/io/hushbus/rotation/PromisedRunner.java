package io.hushbus.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.crypto.DeliveryContext;
import io.hushbus.crypto.DeliveryKeyPair;
import io.hushbus.crypto.DeliverySuite;
import io.hushbus.crypto.SealedDelivery;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Payload;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.BusClient;
import io.hushbus.support.Client;
import io.hushbus.support.EventLines;
import io.hushbus.support.HookServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A task runner with a run of its own, which has one value in use and has to be able to use it at
 * any moment.
 */
abstract class PromisedRunner implements AutoCloseable {

  static final String ANNOUNCED = "io.hushbus.secret.version.announced.v1";
  static final Duration SOON = Duration.ofSeconds(20);
  private static final String LONG = "2h";
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Where runners are, and what the values are by their versions. */
  record Place(TenantId tenant, String secret, Map<Integer, String> values) {}

  final Place place;
  final String run;
  private String lease = "";
  private int inUse;
  private String value = "";

  PromisedRunner(Place place, String run) {
    this.place = place;
    this.run = run;
  }

  /** What the broker says to one who asks for the secret. */
  abstract JsonObject granted(JsonObject ask);

  /** What the broker says to a renewal; empty if it refuses. */
  abstract Optional<JsonObject> renewed(String id, JsonObject ask);

  abstract JsonObject advanced(String id);

  abstract void acknowledged(String id, JsonObject saying);

  abstract void completed(JsonObject outcome);

  abstract String read(JsonObject leased);

  /** Begins to listen, with the token of its run, which holds something by now. */
  void listens() {}

  /** Waits until it is told that this version is announced. */
  abstract void hears(int version);

  @Override
  public void close() {}

  String lease() {
    return lease;
  }

  int inUse() {
    return inUse;
  }

  final void begins() {
    JsonObject leased =
        granted(
            new JsonObject()
                .put("ttl", LONG)
                .put("secrets", new JsonArray().add(new JsonObject().put("secret", place.secret))));
    lease = leased.getString("id");
    uses(leased);
    listens();
  }

  private void uses(JsonObject leased) {
    inUse = leased.getInteger("version");
    value = read(leased);
    assertThat(value).isEqualTo(place.values.get(inUse));
  }

  /** Whether the broker lets it go on with the value that it has in use. */
  final boolean mayGoOn() {
    return renewed(lease, new JsonObject().put("ttl", LONG)).isPresent();
  }

  final void checks() {
    assertThat(value).isEqualTo(place.values.get(inUse));
    assertThat(mayGoOn()).as("the value of version %d in use", inUse).isTrue();
  }

  /** Is told, takes the new version, puts it into use and says so, and can work all the time. */
  final void moves(int version) {
    checks();
    hears(version);
    checks();
    JsonObject taken = advanced(lease);
    assertThat(taken.getString("id")).isEqualTo(lease);
    checks();
    uses(taken);
    assertThat(inUse).isEqualTo(version);
    checks();
    acknowledged(lease, new JsonObject().put("version", version).put("status", "applied"));
    checks();
  }

  final void ends() {
    checks();
    completed(new JsonObject().put("outcome", "succeeded"));
  }

  static JsonObject asked(String project, String externalId) {
    return new JsonObject()
        .put("project", project)
        .put("external_id", externalId)
        .put("heartbeat_ttl", "24h");
  }

  /** One that speaks HTTP. */
  abstract static class OverHttp extends PromisedRunner {

    final Client client;

    OverHttp(Place place, JsonObject opened, BrokerNode node) {
      super(place, opened.getString("id"));
      this.client = node.client(opened.getString("token"));
    }

    static JsonObject open(BrokerNode node, String account, String externalId) {
      return node.client(account).post("/runs", asked("demo", externalId)).expect(201).json();
    }

    @Override
    JsonObject granted(JsonObject ask) {
      return client.post("/leases", ask).expect(201).json().getJsonArray("leases").getJsonObject(0);
    }

    @Override
    Optional<JsonObject> renewed(String id, JsonObject ask) {
      Client.Answer answer = client.post("/leases/" + id + "/renew", ask);
      return answer.status() == 410
          ? Optional.empty()
          : Optional.of(answer.expect(200)).map(Client.Answer::json);
    }

    @Override
    JsonObject advanced(String id) {
      return client.post("/leases/" + id + "/advance", new JsonObject()).expect(200).json();
    }

    @Override
    void acknowledged(String id, JsonObject saying) {
      client.post("/leases/" + id + "/ack", saying).expect(204);
    }

    @Override
    void completed(JsonObject outcome) {
      client.post("/runs/" + run + "/complete", outcome).expect(200);
    }

    @Override
    String read(JsonObject leased) {
      return leased.getJsonObject("data").getString("value");
    }
  }

  /** One that follows the stream of server-sent events with the token of its run. */
  static final class BySse extends OverHttp {

    private @Nullable EventLines events;

    BySse(Place place, BrokerNode node, String account, String externalId) {
      super(place, open(node, account, externalId), node);
    }

    @Override
    void listens() {
      events = client.events("?after=now");
    }

    @Override
    void hears(int version) {
      Objects.requireNonNull(events)
          .await(
              "version " + version,
              SOON,
              event ->
                  event.getString("type").equals(ANNOUNCED)
                      && event.getJsonObject("data").getInteger("version") == version);
    }

    @Override
    public void close() {
      if (events != null) {
        events.close();
      }
    }
  }

  /** One whose platform has notices posted to an endpoint. */
  static final class ByWebhook extends OverHttp {

    private final HookServer hook;

    ByWebhook(Place place, BrokerNode node, String account, String externalId, HookServer hook) {
      super(place, open(node, account, externalId), node);
      this.hook = hook;
    }

    @Override
    void hears(int version) {
      Awaitility.await("version " + version)
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(10))
          .until(
              () ->
                  hook.received().stream()
                      .map(HookServer.Received::json)
                      .filter(event -> event.getString("type").equals(ANNOUNCED))
                      .anyMatch(
                          event -> event.getJsonObject("data").getInteger("version") == version));
    }

    @Override
    public void close() {
      hook.close();
    }
  }

  /** One that has nothing but a client of the TCP event-bus bridge, and gets values sealed. */
  static final class ByBus extends PromisedRunner {

    private static final JsonObject NONE = new JsonObject();

    private final BusClient bus;
    private final DeliveryKeyPair pair;

    private ByBus(Place place, String run, BusClient bus, DeliveryKeyPair pair) {
      super(place, run);
      this.bus = bus;
      this.pair = pair;
    }

    static ByBus open(Place place, BrokerNode node, String account, String externalId) {
      DeliveryKeyPair pair = DeliveryKeyPair.generate(DeliverySuite.X25519, RANDOM);
      try (BusClient opener = BusClient.of(node, account)) {
        JsonObject run =
            opener.get(
                "hushbus.run.open",
                NONE,
                asked("demo", externalId).put("sealed_to", pair.publicKey().base64()));
        BusClient bus = BusClient.of(node, run.getString("token"));
        return new ByBus(place, run.getString("id"), bus, pair);
      }
    }

    @Override
    void listens() {
      bus.follow(NONE);
    }

    private static JsonObject byId(String id) {
      return new JsonObject().put("id", id);
    }

    @Override
    JsonObject granted(JsonObject ask) {
      return bus.get("hushbus.lease.grant", NONE, ask).getJsonArray("leases").getJsonObject(0);
    }

    @Override
    Optional<JsonObject> renewed(String id, JsonObject ask) {
      JsonObject answer = bus.ask("hushbus.lease.renew", byId(id), ask);
      if (answer.getString("type").equals("message")) {
        return Optional.of(answer.getJsonObject("body"));
      }
      assertThat(answer.getInteger("failureCode")).isEqualTo(410);
      return Optional.empty();
    }

    @Override
    JsonObject advanced(String id) {
      return bus.get("hushbus.lease.advance", byId(id), NONE);
    }

    @Override
    void acknowledged(String id, JsonObject saying) {
      bus.get("hushbus.lease.ack", byId(id), saying);
    }

    @Override
    void completed(JsonObject outcome) {
      bus.get("hushbus.run.complete", byId(run), outcome);
    }

    @Override
    String read(JsonObject leased) {
      JsonObject envelope = leased.getJsonObject("sealed");
      SealedDelivery sealed =
          SealedDelivery.parse(
              "",
              pair.publicKey().suite(),
              envelope.getString("enc"),
              envelope.getString("ciphertext"));
      DeliveryContext context =
          DeliveryContext.lease(
              place.tenant(),
              new LeaseId(UUID.fromString(leased.getString("id"))),
              new SecretId(UUID.fromString(leased.getString("secret_id"))),
              leased.getInteger("version"));
      try (Payload payload = pair.open("", context, sealed)) {
        return payload
            .entries()
            .firstEntry()
            .getValue()
            .reveal(bytes -> new String(bytes, StandardCharsets.UTF_8));
      }
    }

    @Override
    void hears(int version) {
      JsonObject told = bus.next(ANNOUNCED);
      assertThat(told.getJsonObject("body").getJsonObject("data").getInteger("version"))
          .isEqualTo(version);
    }

    @Override
    public void close() {
      bus.close();
      pair.close();
    }
  }
}
