package io.hushbus.faults;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Brokers.Tuning;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.Tenancy;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
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

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    reader = brokers.start(Tuning.QUIET);
    acme = brokers.tenant(reader.client(brokers.operator()), "acme");
    vertx = Vertx.vertx();
    service =
        vertx
            .createHttpServer()
            .requestHandler(KilledHookIT::asked)
            .listen(0, "127.0.0.1")
            .await();
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

    killed("before", 1); // the value was made and tried, and is not written
    assertThat(version()).isOne();
    killed("after", 1); // it is written, and the service does not know
    assertThat(version()).isEqualTo(2);
    killed("before", 1); // the service knows, and that it does is not written
    String answered = last().id();

    Process child = child(0, "never");
    try {
      Awaitility.await("the service knows").atMost(SOON).until(() -> step().equals("revoke"));
      assertThat(ASKED).noneMatch(one -> one.step().equals("revoke"));
      reader.client(acme.runner()).post("/leases/" + lease + "/revoke").expect(204);
      Awaitility.await("it is told of the end of the old one")
          .atMost(SOON)
          .until(() -> ASKED.stream().anyMatch(one -> one.step().equals("revoke")));
    } finally {
      child.destroyForcibly().waitFor(10, SECONDS);
    }
    Process last = child(0, "never");
    try {
      takeOver();
      Awaitility.await("it is done").atMost(SOON).until(() -> step().equals("done"));
    } finally {
      last.destroy();
      last.waitFor(20, SECONDS);
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

  /** A policy whose time comes a minute from now, which a test need not wait for. */
  private static void due() {
    reader
        .client(acme.admin())
        .put(
            "/secrets/hooked/rotation-policy?project=demo",
            new JsonObject()
                .put("cron", "* * * * *")
                .put("time_zone", "UTC")
                .put("hook", new JsonObject().put("url", url())))
        .expect(200);
  }

  private static String url() {
    return "http://127.0.0.1:" + service.actualPort() + "/rotate";
  }

  private static void killed(String when, int move) throws Exception {
    Process child = child(move, when);
    takeOver();
    assertThat(child.waitFor(90, SECONDS)).isTrue();
    assertThat(child.exitValue()).isEqualTo(ChildGround.KILLED);
  }

  /** The next node need not wait for the time of the dead one to run out. */
  private static void takeOver() {
    brokers.database().asOwner("UPDATE job SET expires_at = now() - interval '1 second'");
  }

  private static int version() {
    return lease().getJsonArray("leases").getJsonObject(0).getInteger("version");
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
