package io.hushbus.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.config.BrokerConfig;
import io.hushbus.crypto.DeliveryContext;
import io.hushbus.crypto.DeliveryKey;
import io.hushbus.crypto.DeliveryKeyPair;
import io.hushbus.crypto.DeliverySuite;
import io.hushbus.crypto.SealedDelivery;
import io.hushbus.model.EntryName;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Payload;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Brokers.Tuning;
import io.hushbus.support.BusClient;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A task runner that speaks the event bus and nothing else, and an application that does: a run
 * from its opening to its end, over a rotation. All that they hear is searched for the values.
 */
final class TaskRunnerIT {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final JsonObject NONE = new JsonObject();
  private static final JsonObject DEMO = new JsonObject().put("project", "demo");
  private static final BrokerConfig.Bus ON =
      new BrokerConfig.Bus(Optional.of(0), false, 64, 1536 * 1024, 32, 32);

  private static Brokers brokers;
  private static BrokerNode node;
  private static Tenancy acme;
  private static TenantId tenant;
  private static DeliveryKey brokersKey;

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    node = brokers.start(Tuning.USUAL.bus(ON));
    acme = brokers.tenant(node.client(brokers.operator()), "acme");
    tenant =
        new TenantId(
            UUID.fromString(
                brokers.rows("SELECT tenant_id FROM tenant WHERE name = 'acme'").getFirst()));
    JsonArray keys = node.client(acme.app()).get("/delivery-keys").json().getJsonArray("keys");
    brokersKey = DeliveryKey.parse("/key", keys.getJsonObject(0).getString("public_key"));
  }

  @AfterAll
  static void stop() {
    brokers.close();
  }

  private static JsonObject sealed(String name, String value) {
    SealedDelivery sealed =
        brokersKey.seal(
            DeliveryContext.value(tenant, name),
            Payload.ofOne(EntryName.VALUE, SecretValue.ofText(value)),
            RANDOM);
    return new JsonObject()
        .put("suite", sealed.suite().word())
        .put("enc", sealed.encBase64())
        .put("ciphertext", sealed.ciphertextBase64());
  }

  private static String opened(DeliveryKeyPair pair, JsonObject lease) {
    assertThat(lease.containsKey("data")).isFalse();
    JsonObject envelope = lease.getJsonObject("sealed");
    SealedDelivery sealed =
        SealedDelivery.parse(
            "",
            pair.publicKey().suite(),
            envelope.getString("enc"),
            envelope.getString("ciphertext"));
    DeliveryContext context =
        DeliveryContext.lease(
            tenant,
            new LeaseId(UUID.fromString(lease.getString("id"))),
            new SecretId(UUID.fromString(lease.getString("secret_id"))),
            lease.getInteger("version"));
    try (Payload payload = pair.open("", context, sealed)) {
      return payload
          .entries()
          .firstEntry()
          .getValue()
          .reveal(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
  }

  @Test
  void a_run_is_opened_leased_for_told_moved_and_completed_over_the_bus_alone() {
    String first = Canary.value();
    String second = Canary.value();
    try (BusClient app = BusClient.of(node, acme.app());
        BusClient opener = BusClient.of(node, acme.runner());
        DeliveryKeyPair pair = DeliveryKeyPair.generate(DeliverySuite.X25519, RANDOM)) {
      app.get(
          "hushbus.secret.create",
          DEMO,
          new JsonObject()
              .put("name", "password")
              .put("type", "text")
              .put("sealed", sealed("password", first)));

      JsonObject run =
          opener.get(
              "hushbus.run.open",
              NONE,
              new JsonObject()
                  .put("project", "demo")
                  .put("external_id", "job-1")
                  .put("heartbeat_ttl", "60s")
                  .put("sealed_to", pair.publicKey().base64()));
      try (BusClient task = BusClient.of(node, run.getString("token"))) {
        JsonObject byId = new JsonObject().put("id", run.getString("id"));
        task.follow(NONE);
        JsonObject lease =
            task.get(
                    "hushbus.lease.grant",
                    NONE,
                    new JsonObject()
                        .put(
                            "secrets",
                            new JsonArray().add(new JsonObject().put("secret", "password"))))
                .getJsonArray("leases")
                .getJsonObject(0);
        assertThat(opened(pair, lease)).isEqualTo(first);

        app.get(
            "hushbus.secret.replace",
            DEMO.copy().put("name", "password"),
            new JsonObject().put("sealed", sealed("password", second)));
        JsonObject told = task.next("io.hushbus.secret.version.announced.v1");
        assertThat(told.getJsonObject("body").getJsonObject("data").getString("secret_id"))
            .isEqualTo(lease.getString("secret_id"));

        JsonObject leaseId = new JsonObject().put("id", lease.getString("id"));
        JsonObject taken = task.get("hushbus.lease.advance", leaseId, NONE);
        assertThat(taken.getInteger("version")).isEqualTo(2);
        assertThat(opened(pair, taken)).isEqualTo(second);
        assertThat(
                task.ask(
                        "hushbus.lease.ack",
                        leaseId,
                        new JsonObject().put("version", 2).put("status", "applied"))
                    .getJsonObject("headers")
                    .getString("status"))
            .isEqualTo("204");
        assertThat(
                task.get("hushbus.lease.renew", leaseId, new JsonObject().put("ttl", "15m"))
                    .getInteger("applied_version"))
            .isEqualTo(2);
        assertThat(task.get("hushbus.run.heartbeat", byId, NONE).getString("state"))
            .isEqualTo("open");
        app.get(
            "hushbus.secret.patch",
            DEMO.copy().put("name", "password"),
            new JsonObject().put("sealed", sealed("password", first)));
        assertThat(opened(pair, task.get("hushbus.lease.advance", leaseId, NONE))).isEqualTo(first);
        assertThat(
                task.get("hushbus.run.complete", byId, new JsonObject().put("outcome", "succeeded"))
                    .getString("state"))
            .isEqualTo("completed");
        assertThat(task.ask("hushbus.lease.renew", leaseId, NONE).getString("type"))
            .as("the lease ended with its run")
            .isEqualTo("err");
      }
    }
  }

  @Test
  void a_version_is_not_taken_over_the_bus_without_a_key_to_seal_it_to() {
    JsonObject secret = new JsonObject().put("name", "plain").put("type", "text");
    Client app = node.client(acme.app());
    app.post("/secrets?project=demo", secret.copy().put("value", Canary.value())).expect(201);
    JsonArray wanted = new JsonArray().add(new JsonObject().put("secret", "plain"));
    String id =
        node.client(acme.runner())
            .post("/leases", new JsonObject().put("project", "demo").put("secrets", wanted))
            .expect(201)
            .json()
            .getJsonArray("leases")
            .getJsonObject(0)
            .getString("id");
    app.put("/secrets/plain?project=demo", new JsonObject().put("value", Canary.value()))
        .expect(200);
    JsonObject lease = new JsonObject().put("id", id);
    String taken = "SELECT version FROM lease WHERE lease_id = '%s'".formatted(id);
    try (BusClient runner = BusClient.of(node, acme.runner());
        DeliveryKeyPair pair = DeliveryKeyPair.generate(DeliverySuite.X25519, RANDOM)) {
      assertThat(runner.problem("hushbus.lease.advance", lease, NONE).encode())
          .contains("/sealed_to");
      assertThat(brokers.rows(taken)).as("not taken").containsExactly("1");
      assertThat(
              brokers.rows(
                  "SELECT 1 FROM audit_tail WHERE detail ->> 'step' = 'advance' AND detail ->>"
                      + " 'lease' = '%s' UNION ALL SELECT 1 FROM lease_version WHERE lease_id = '%s'"
                          .formatted(id, id)))
          .as("nor on record")
          .isEmpty();
      JsonObject key = new JsonObject().put("sealed_to", pair.publicKey().base64());
      assertThat(runner.get("hushbus.lease.advance", lease, key).getInteger("version"))
          .isEqualTo(2);
      assertThat(brokers.rows(taken)).containsExactly("2");
    }
  }

  @Test
  void a_run_without_a_key_is_granted_nothing_over_the_bus() {
    try (BusClient opener = BusClient.of(node, acme.runner())) {
      JsonObject run =
          opener.get(
              "hushbus.run.open",
              NONE,
              new JsonObject().put("project", "demo").put("external_id", "job-2"));
      JsonObject wanted =
          new JsonObject()
              .put("run", run.getString("id"))
              .put("secrets", new JsonArray().add(new JsonObject().put("secret", "password")));
      assertThat(opener.problem("hushbus.lease.grant", NONE, wanted).encode())
          .contains("/sealed_to");
      assertThat(
              brokers.rows(
                  "SELECT lease_id FROM lease WHERE run_id = '" + run.getString("id") + "'"))
          .isEmpty();
    }
  }
}
