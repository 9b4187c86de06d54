package io.hushbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.hushbus.crypto.DeliveryContext;
import io.hushbus.crypto.DeliveryKey;
import io.hushbus.crypto.DeliveryKeyPair;
import io.hushbus.crypto.DeliverySuite;
import io.hushbus.crypto.SealedDelivery;
import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Payload;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Values that only their receiver can open, on the way out and on the way in. */
final class SealedDeliveryIT {

  private static final SecureRandom RANDOM = new SecureRandom();

  private static Brokers brokers;
  private static BrokerNode node;
  private static Tenancy acme;
  private static Client app;
  private static Client runner;
  private static TenantId tenant;
  private static int names;

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    node = brokers.start();
    acme = brokers.tenant(node.client(brokers.operator()), "acme");
    app = node.client(acme.app());
    runner = node.client(acme.runner());
    String id = app.get("/auth/whoami").expect(200).json().getJsonObject("tenant").getString("id");
    tenant = new TenantId(UUID.fromString(id));
  }

  @AfterAll
  static void stop() {
    brokers.close();
  }

  @ParameterizedTest
  @EnumSource(DeliverySuite.class)
  void n62_a_lease_is_opened_by_the_holder_and_by_nobody_on_the_way(DeliverySuite suite) {
    String value = Canary.value();
    String secret = stored(value);
    try (DeliveryKeyPair holder = DeliveryKeyPair.generate(suite, RANDOM)) {
      Client.Answer answer =
          runner.post("/leases", ask(secret).put("sealed_to", holder.publicKey().base64()));
      assertThat(answer.expect(201).body()).doesNotContain(value).doesNotContain("\"data\"");
      JsonObject lease = answer.json().getJsonArray("leases").getJsonObject(0);
      assertThat(opened(holder, lease)).isEqualTo(value);
    }
  }

  @Test
  void n62_a_delivery_opens_for_its_lease_and_its_holder_alone() {
    String secret = stored(Canary.value());
    try (DeliveryKeyPair holder = DeliveryKeyPair.generate(DeliverySuite.X25519, RANDOM);
        DeliveryKeyPair onlooker = DeliveryKeyPair.generate(DeliverySuite.X25519, RANDOM)) {
      JsonObject ask = ask(secret).put("sealed_to", holder.publicKey().base64());
      JsonObject one = first(runner.post("/leases", ask).expect(201));
      JsonObject other = first(runner.post("/leases", ask).expect(201));
      assertThat(catchThrowable(() -> opened(onlooker, one))).isInstanceOf(Failure.class);
      one.put("sealed", other.getJsonObject("sealed"));
      assertThat(catchThrowable(() -> opened(holder, one))).isInstanceOf(Failure.class);
    }
  }

  @Test
  void a_key_that_is_none_is_refused_before_anything_is_leased() {
    String secret = stored(Canary.value());
    long before = live(secret);
    for (String key : new String[] {"", "AAAA", "not base64", zeros(32), zeros(1216)}) {
      Client.Answer answer = runner.post("/leases", ask(secret).put("sealed_to", key));
      JsonObject error = answer.expect(400).json().getJsonArray("errors").getJsonObject(0);
      assertThat(error.getString("pointer")).isEqualTo("/sealed_to");
    }
    assertThat(live(secret)).isEqualTo(before);
  }

  @Test
  void n62_the_key_of_a_run_is_fixed_when_it_is_opened() {
    String value = Canary.value();
    String secret = stored(value);
    try (DeliveryKeyPair holder = DeliveryKeyPair.generate(DeliverySuite.X_WING, RANDOM);
        DeliveryKeyPair thief = DeliveryKeyPair.generate(DeliverySuite.X_WING, RANDOM)) {
      JsonObject run = run(holder);
      JsonObject ask = ofRun(run, secret);
      JsonObject lease = first(runner.post("/leases", ask).expect(201));
      assertThat(opened(holder, lease)).isEqualTo(value);
      runner.post("/leases", ask.copy().put("sealed_to", holder.publicKey().base64())).expect(200);
      runner.post("/leases", ask.copy().put("sealed_to", thief.publicKey().base64())).expect(409);
      String next = Canary.value();
      app.put("/secrets/" + secret + "?project=demo", new JsonObject().put("value", next))
          .expect(200);
      String advance = "/leases/" + lease.getString("id") + "/advance";
      JsonObject newer = runner.post(advance, new JsonObject()).expect(200).json();
      assertThat(opened(holder, newer)).isEqualTo(next);
      runner
          .post(advance, new JsonObject().put("sealed_to", thief.publicKey().base64()))
          .expect(409);
    }
  }

  @Test
  void a_run_that_was_opened_without_a_key_gets_none_later() {
    String secret = stored(Canary.value());
    JsonObject ask = new JsonObject().put("project", "demo").put("external_id", "open-" + ++names);
    JsonObject run = runner.post("/runs", ask).expect(201).json();
    try (DeliveryKeyPair holder = DeliveryKeyPair.generate(DeliverySuite.X25519, RANDOM)) {
      runner
          .post("/leases", ofRun(run, secret).put("sealed_to", holder.publicKey().base64()))
          .expect(409);
    }
  }

  @ParameterizedTest
  @EnumSource(DeliverySuite.class)
  void a_new_value_is_sealed_to_the_brokers_published_key(DeliverySuite suite) {
    DeliveryKey broker = published(suite);
    String name = "inward-" + ++names;
    String value = Canary.value();
    JsonObject create =
        new JsonObject()
            .put("name", name)
            .put("type", "text")
            .put("sealed", sealed(broker, name, value));
    app.post("/secrets?project=demo", create).expect(201);
    assertThat(leased(name)).isEqualTo(value);
    String next = Canary.value();
    app.put(
            "/secrets/" + name + "?project=demo",
            new JsonObject().put("sealed", sealed(broker, name, next)))
        .expect(200);
    assertThat(leased(name)).isEqualTo(next);
  }

  @Test
  void a_new_value_does_not_open_under_another_name_nor_beside_an_open_one() {
    DeliveryKey broker = published(DeliverySuite.X25519);
    String name = stored(Canary.value());
    String path = "/secrets/" + name + "?project=demo";
    JsonObject other = new JsonObject().put("sealed", sealed(broker, "other", "x"));
    app.put(path, other).expect(400);
    JsonObject both = new JsonObject().put("sealed", sealed(broker, name, "x")).put("value", "y");
    assertThat(app.put(path, both).expect(400).body()).contains("/value");
    JsonObject wrong = sealed(broker, name, "x").put("enc", zeros(32));
    app.put(path, new JsonObject().put("sealed", wrong)).expect(400);
  }

  @Test
  void every_node_has_the_same_keys() {
    JsonArray here = app.get("/delivery-keys").expect(200).json().getJsonArray("keys");
    BrokerNode other = brokers.start();
    assertThat(other.client(acme.runner()).get("/delivery-keys").expect(200).json())
        .isEqualTo(new JsonObject().put("keys", here));
    assertThat(here).hasSize(DeliverySuite.values().length);
  }

  private static String stored(String value) {
    String name = "sealed-" + ++names;
    app.post(
            "/secrets?project=demo",
            new JsonObject().put("name", name).put("type", "text").put("value", value))
        .expect(201);
    return name;
  }

  private static JsonArray wanted(String secret) {
    return new JsonArray().add(new JsonObject().put("secret", secret));
  }

  private static JsonObject ask(String secret) {
    return new JsonObject().put("project", "demo").put("secrets", wanted(secret));
  }

  private static JsonObject ofRun(JsonObject run, String secret) {
    return new JsonObject().put("run", run.getString("id")).put("secrets", wanted(secret));
  }

  private static JsonObject run(DeliveryKeyPair holder) {
    JsonObject ask =
        new JsonObject()
            .put("project", "demo")
            .put("external_id", "sealed-" + ++names)
            .put("sealed_to", holder.publicKey().base64());
    return runner.post("/runs", ask).expect(201).json();
  }

  private static JsonObject first(Client.Answer granted) {
    return granted.json().getJsonArray("leases").getJsonObject(0);
  }

  private static String leased(String secret) {
    return first(runner.post("/leases", ask(secret)).expect(201))
        .getJsonObject("data")
        .getString("value");
  }

  private static long live(String secret) {
    return app.get("/secrets/" + secret + "/usage?project=demo")
        .expect(200)
        .json()
        .getJsonArray("leases")
        .size();
  }

  private static String opened(DeliveryKeyPair holder, JsonObject lease) {
    DeliveryContext context =
        DeliveryContext.lease(
            tenant,
            new LeaseId(UUID.fromString(lease.getString("id"))),
            new SecretId(UUID.fromString(lease.getString("secret_id"))),
            lease.getInteger("version"));
    JsonObject sealed = lease.getJsonObject("sealed");
    SealedDelivery delivery =
        SealedDelivery.parse(
            "/sealed",
            holder.publicKey().suite(),
            sealed.getString("enc"),
            sealed.getString("ciphertext"));
    try (Payload payload = holder.open("/sealed", context, delivery)) {
      return payload
          .entries()
          .firstEntry()
          .getValue()
          .reveal(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
  }

  private static DeliveryKey published(DeliverySuite suite) {
    return app.get("/delivery-keys").expect(200).json().getJsonArray("keys").stream()
        .map(JsonObject.class::cast)
        .filter(key -> key.getString("suite").equals(suite.word()))
        .map(key -> DeliveryKey.parse("", key.getString("public_key")))
        .findFirst()
        .orElseThrow();
  }

  private static JsonObject sealed(DeliveryKey broker, String name, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    try (Payload payload = Payload.ofOne(EntryName.VALUE, SecretValue.copyOf(bytes))) {
      SealedDelivery sealed = broker.seal(DeliveryContext.value(tenant, name), payload, RANDOM);
      return new JsonObject()
          .put("suite", broker.suite().word())
          .put("enc", sealed.encBase64())
          .put("ciphertext", sealed.ciphertextBase64());
    }
  }

  private static String zeros(int bytes) {
    return Base64.getEncoder().encodeToString(new byte[bytes]);
  }
}
