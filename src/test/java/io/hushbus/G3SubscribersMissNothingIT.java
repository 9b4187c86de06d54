package io.hushbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Brokers.Tuning;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.HookServer;
import io.hushbus.support.Tenancy;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A broker that is gone between a commit and its push: whoever has a subscription or a webhook gets
 * exactly what is missing from another one.
 */
final class G3SubscribersMissNothingIT {

  private static final Duration SOON = Duration.ofSeconds(20);

  /** A node that pushes nothing: it looks once a day and hears no other. */
  private static final Tuning DEAF = Tuning.USUAL.polling(Duration.ofDays(1));

  private Brokers brokers;
  private BrokerNode writer;
  private Tenancy acme;
  private Vertx vertx;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    brokers = Brokers.fresh();
    writer = brokers.start(DEAF);
    acme = brokers.tenant(writer.client(brokers.operator()), "acme");
  }

  @AfterEach
  void stop() {
    brokers.close();
    vertx.close().await();
  }

  @Test
  void g3_a_subscription_gets_from_another_broker_exactly_what_the_dead_one_did_not_push() {
    BrokerNode doomed = brokers.start(DEAF);
    Client viewer = doomed.client(acme.viewer());
    JsonObject subscription = viewer.post("/subscriptions", new JsonObject()).expect(201).json();
    String path = "/subscriptions/" + subscription.getString("id");
    create(0, 3);
    JsonObject first = viewer.get(path + "/events").expect(200).json();
    assertThat(names(first)).containsExactly("made-0", "made-1", "made-2");
    acknowledge(viewer, path, first.getString("cursor"));

    create(3, 8);
    doomed.stop();

    Client elsewhere = brokers.start().client(acme.viewer());
    JsonObject missing = elsewhere.get(path + "/events?wait=10s").expect(200).json();
    assertThat(names(missing)).containsExactlyElementsOf(named(3, 8));
    acknowledge(elsewhere, path, missing.getString("cursor"));
    create(8, 9);
    assertThat(names(elsewhere.get(path + "/events?wait=10s").expect(200).json()))
        .containsExactly("made-8");
  }

  @Test
  void g3_a_webhook_gets_from_another_broker_exactly_what_the_dead_one_did_not_post() {
    try (HookServer hook = new HookServer(vertx)) {
      Client admin = writer.client(acme.admin());
      JsonObject made =
          admin
              .post("/webhooks", new JsonObject().put("url", hook.url()).put("project", "demo"))
              .expect(201)
              .json();
      BrokerNode first = brokers.start();
      create(0, 5);
      posted(hook, 5);
      first.stop();
      create(5, 12);
      assertThat(hook.received()).hasSize(5);

      BrokerNode second = brokers.start();

      posted(hook, 12);
      assertThat(hook.received())
          .extracting(call -> call.json().getJsonObject("data").getString("name"))
          .containsExactlyElementsOf(named(0, 12));
      assertThat(hook.received())
          .allMatch(call -> HookServer.verifies(call, made.getString("signing_key")));
      JsonObject now =
          second.client(acme.admin()).get("/webhooks/" + made.getString("id")).expect(200).json();
      assertThat(now.getString("last_status")).isEqualTo("http_200");
    }
  }

  /** The owner of a webhook is read from the database, and may have no key any more. */
  @Test
  void a_webhook_ends_with_the_account_that_owns_it_and_with_its_role() {
    try (HookServer hook = new HookServer(vertx)) {
      brokers.start();
      Client admin = writer.client(acme.admin());
      String account =
          admin
              .post("/service-accounts", new JsonObject().put("name", "editing"))
              .expect(201)
              .json()
              .getString("id");
      JsonObject role =
          new JsonObject()
              .put("service_account", account)
              .put("role", "editor")
              .put("project", "demo");
      String binding = admin.post("/role-bindings", role).expect(201).json().getString("id");
      JsonObject key =
          admin.post("/service-accounts/" + account + "/keys", new JsonObject()).expect(201).json();
      Client editor = writer.client(key.getString("key"));
      JsonObject wanted = new JsonObject().put("url", hook.url()).put("project", "demo");
      String id = editor.post("/webhooks", wanted).expect(201).json().getString("id");
      admin.delete("/service-accounts/" + account + "/keys/" + key.getString("id")).expect(204);
      create(0, 1);
      posted(hook, 1);

      admin.delete("/role-bindings/" + binding).expect(204);
      AtomicInteger more = new AtomicInteger();
      Awaitility.await()
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(500))
          .until(
              () -> {
                int next = 100 + more.getAndIncrement();
                create(next, next + 1);
                return !admin.get("/webhooks/" + id).expect(200).json().getBoolean("enabled");
              });
      assertThat(admin.get("/webhooks/" + id).json().getString("disabled_for"))
          .isEqualTo("rights_lost");
    }
  }

  private void create(int from, int to) {
    IntStream.range(from, to)
        .forEach(
            n ->
                writer
                    .client(acme.app())
                    .post(
                        "/secrets?project=demo",
                        new JsonObject()
                            .put("name", "made-" + n)
                            .put("type", "text")
                            .put("value", Canary.value()))
                    .expect(201));
  }

  private static void acknowledge(Client client, String path, String cursor) {
    client.post(path + "/acks", new JsonObject().put("cursor", cursor)).expect(200);
  }

  private static void posted(HookServer hook, int calls) {
    Awaitility.await().atMost(SOON).until(() -> hook.received().size() >= calls);
  }

  private static List<String> named(int from, int to) {
    return IntStream.range(from, to).mapToObj(n -> "made-" + n).toList();
  }

  private static List<String> names(JsonObject answer) {
    JsonArray events = answer.getJsonArray("events");
    return events.stream()
        .map(event -> ((JsonObject) event).getJsonObject("data").getString("name"))
        .toList();
  }
}
