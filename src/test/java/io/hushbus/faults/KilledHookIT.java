package io.hushbus.faults;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.crypto.RootKeyRing;
import io.hushbus.db.Db;
import io.hushbus.db.StatementProbe;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import io.hushbus.rotation.DuePolicy;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Brokers.Tuning;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.Tenancy;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A rotation by a hook whose nodes are killed between and within its steps: create, test, finish,
 * revoke. Each next node goes on at the step that the one before was at, under the same id.
 */
final class KilledHookIT {

  /** One call, as the service of the tenant keeps it. */
  private record Asked(String step, String id, String key) {}

  private static final Duration SOON = Duration.ofSeconds(60);

  /** The statement that moves a hook to its next step. */
  private static final String MOVES = "UPDATE rotation_hook\nSET step";

  private static final Queue<Asked> ASKED = new ConcurrentLinkedQueue<>();
  private static final String BROUGHT = Canary.value();

  private static Brokers brokers;
  private static BrokerNode reader;
  private static Tenancy acme;
  private static Vertx vertx;
  private static HttpServer service;

  /** Whether who asks for a step is killed and gets no answer. */
  private static volatile Predicate<String> killing = step -> false;

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    reader = brokers.start(Tuning.QUIET);
    acme = brokers.tenant(reader.client(brokers.operator()), "acme");
    vertx = Vertx.vertx();
    service =
        vertx.createHttpServer().requestHandler(KilledHookIT::asked).listen(0, "127.0.0.1").await();
  }

  @AfterAll
  static void stop() {
    vertx.close().await();
    brokers.close();
  }

  @Test
  void a_hook_goes_on_at_its_step_under_the_same_id_and_brings_one_version() throws Exception {
    Client app = reader.client(acme.app());
    app.post(
            "/secrets?project=demo",
            new JsonObject().put("name", "hooked").put("type", "text").put("value", "the-first"))
        .expect(201);
    String lease = lease().getJsonArray("leases").getJsonObject(0).getString("id");
    due();

    killedWhenAsked("test"); // a value was made, and nobody knows
    assertThat(version()).isOne();
    killedBeforeItMoves(); // it was tried, and is not written
    assertThat(version()).isOne();
    killedWhenAsked("finish"); // it is written, and the service may know or not
    assertThat(version()).isEqualTo(2);
    killedBeforeItMoves(); // the service knows, and that it does is not written
    String answered = last().id();
    reader.client(acme.runner()).post("/leases/" + lease + "/revoke", new JsonObject()).expect(204);
    killedWhenAsked("revoke");
    Process last = child(0, "never");
    try {
      takeOver();
      Awaitility.await("it is done").atMost(SOON).until(() -> step().equals("done"));
    } finally {
      last.destroy();
      assertThat(last.waitFor(20, SECONDS)).isTrue();
    }

    assertThat(answered).endsWith(".finish");
    assertThat(ASKED.stream().map(Asked::key).distinct()).hasSize(1);
    assertThat(ASKED.stream().map(Asked::step).distinct())
        .containsExactly("create", "test", "finish", "revoke");
    assertThat(brokers.rows("SELECT version FROM secret_version WHERE state = 'current'"))
        .containsExactly("2");
    assertThat(brokers.rows("SELECT count(*) FROM rotation")).containsExactly("1");
    JsonObject leased = lease().getJsonArray("leases").getJsonObject(0);
    assertThat(leased.getJsonObject("data").getString("value")).isEqualTo(BROUGHT);
  }

  /** Gives the same credential to the same rotation, as a service has to. */
  private static void asked(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              String step = body.toJsonObject().getString("step");
              ASKED.add(
                  new Asked(
                      step, request.getHeader("webhook-id"), request.getHeader("Idempotency-Key")));
              if (killing.test(step)) {
                return;
              }
              request
                  .response()
                  .end(
                      step.equals("create")
                          ? new JsonObject()
                              .put("data", new JsonObject().put("value", BROUGHT))
                              .encode()
                          : "");
            });
  }

  private static Asked last() {
    return ASKED.stream().reduce((one, next) -> next).orElseThrow();
  }

  private static void due() {
    String secret =
        reader
            .client(acme.admin())
            .put(
                "/secrets/hooked/rotation-policy?project=demo",
                new JsonObject()
                    .put("every", "30d")
                    .put("hook", new JsonObject().put("url", url())))
            .expect(200)
            .json()
            .getString("secret_id");
    String tenant = brokers.rows("SELECT tenant_id FROM rotation_policy").getFirst();
    try (RootKeyRing roots = RootKeyRing.of(brokers.rootKey())) {
      Db db = new Db(vertx, brokers.database().config(), StatementProbe.NONE);
      var keyrings = new Keyrings(db, roots, Duration.ofSeconds(30), System::nanoTime);
      DuePolicy.at(
          db,
          keyrings,
          new TenantId(UUID.fromString(tenant)),
          new SecretId(UUID.fromString(secret)),
          Instant.now().minusSeconds(1));
      db.close().await();
    }
  }

  private static String url() {
    return "http://127.0.0.1:" + service.actualPort() + "/rotate";
  }

  private static void killedBeforeItMoves() throws Exception {
    Process child = child(1, "before");
    takeOver();
    assertThat(child.waitFor(90, SECONDS)).isTrue();
    assertThat(child.exitValue()).isEqualTo(ChildGround.KILLED);
  }

  private static void killedWhenAsked(String step) throws Exception {
    Process child = child(0, "never");
    killing = asked -> asked.equals(step) && child.destroyForcibly() != null;
    takeOver();
    assertThat(child.waitFor(90, SECONDS)).isTrue();
    killing = asked -> false;
    assertThat(last().step()).isEqualTo(step);
  }

  /** The next node need not wait for the time of the dead one to run out. */
  private static void takeOver() {
    brokers.database().asOwner("UPDATE job SET expires_at = now() - interval '1 second'");
  }

  private static int version() {
    return reader
        .client(acme.app())
        .get("/secrets/hooked?project=demo")
        .expect(200)
        .json()
        .getInteger("current_version");
  }

  private static JsonObject lease() {
    return reader
        .client(acme.runner())
        .post(
            "/leases",
            new JsonObject()
                .put("project", "demo")
                .put("secrets", new JsonArray().add(new JsonObject().put("secret", "hooked"))))
        .expect(201)
        .json();
  }

  private static String step() {
    return brokers.rows("SELECT step FROM rotation_hook").getFirst();
  }

  private static Process child(int move, String when) throws IOException {
    return ChildGround.process(
            RotatingChild.class,
            List.of("-Xmx256m"),
            System.getProperty("java.class.path"),
            brokers,
            List.of(Integer.toString(move), when, MOVES))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
