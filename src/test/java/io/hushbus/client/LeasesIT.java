package io.hushbus.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.hushbus.faults.Wire;
import io.hushbus.model.SecretValue;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.Tenancy;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs and leases as a program holds them, over a network that can fail. */
final class LeasesIT {

  private static final Duration SOON = Duration.ofSeconds(20);

  private static Brokers brokers;
  private static BrokerNode node;
  private static Tenancy acme;
  private static Wire wire;
  private static int number;

  private final List<HushbusClient> open = new ArrayList<>();
  private final Queue<String> told = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    node = brokers.start();
    acme = brokers.tenant(node.client(brokers.operator()), "acme");
    wire = new Wire("127.0.0.1", URI.create(node.address()).getPort());
  }

  @AfterEach
  void closeClients() {
    open.forEach(HushbusClient::close);
  }

  @AfterAll
  static void stop() {
    wire.close();
    brokers.close();
  }

  private HushbusClient runner() {
    Watcher watcher =
        new Watcher() {
          @Override
          public void away(Unreachable why) {
            told.add("away");
          }

          @Override
          public void back() {
            told.add("back");
          }

          @Override
          public void deaf(RuntimeException why) {
            told.add("deaf");
          }
        };
    URI address = URI.create("http://127.0.0.1:" + wire.port());
    HushbusClient client =
        HushbusClient.over(
            HttpTransport.to(address, Optional.empty()),
            SecretValue.ofText(acme.runner()),
            new Retry(Duration.ofSeconds(10), Duration.ofMillis(20), Duration.ofMillis(200)),
            watcher);
    open.add(client);
    return client;
  }

  private static Client app() {
    return node.client(acme.app());
  }

  private static String secret() {
    String name = "kept-" + ++number;
    JsonObject body = new JsonObject().put("name", name).put("type", "text");
    app().post("/secrets?project=demo", body.put("value", Canary.value())).expect(201);
    return name;
  }

  /** The new value. */
  private static String replace(String name) {
    String value = Canary.value();
    app()
        .put("/secrets/" + name + "?project=demo", new JsonObject().put("value", value))
        .expect(200);
    return value;
  }

  private static String job() {
    return "job-" + ++number;
  }

  private static JsonObject lookUp(Lease lease) {
    return node.client(acme.runner()).get("/leases/" + lease.id()).json();
  }

  private static String shown(SecretValue value) {
    return value.reveal(bytes -> new String(bytes, UTF_8));
  }

  private static void soon(org.awaitility.core.ThrowingRunnable holds) {
    await().atMost(SOON).untilAsserted(holds);
  }

  @Test
  void a_new_version_is_put_to_use_and_acknowledged() {
    String name = secret();
    try (Run run = runner().open(RunAsk.of("demo", job()));
        Lease lease = run.lease(LeaseAsk.of(name)).lease()) {
      AtomicReference<String> used = new AtomicReference<>(shown(lease.current().value()));
      SecretValue first = lease.current().value();
      lease.onRotation(newer -> used.set(shown(newer.value())));
      String second = replace(name);
      soon(() -> assertThat(used).hasValue(second));
      soon(() -> assertThat(lease.current().version()).isEqualTo(2));
      soon(
          () ->
              assertThat(lookUp(lease).getJsonObject("acknowledged").getString("status"))
                  .isEqualTo("applied"));
      assertThat(lookUp(lease).getInteger("applied_version")).isEqualTo(2);
      assertThatThrownBy(() -> shown(first)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void a_callback_that_throws_keeps_the_version_before_and_says_so_without_the_value() {
    String name = secret();
    try (Run run = runner().open(RunAsk.of("demo", job()))) {
      Lease lease = run.lease(LeaseAsk.of(name)).lease();
      lease.onRotation(
          newer -> {
            throw new IllegalArgumentException("cannot use " + shown(newer.value()));
          });
      replace(name);
      soon(() -> assertThat(lookUp(lease).getJsonObject("acknowledged")).isNotNull());
      JsonObject said = lookUp(lease).getJsonObject("acknowledged");
      assertThat(said.getString("status")).isEqualTo("failed");
      assertThat(said.getString("detail"))
          .isEqualTo("the callback raised IllegalArgumentException");
      assertThat(lease.current().version()).isEqualTo(1);
      assertThat(lease.supersededBy()).hasValue(2);
      assertThat(lease.live()).isTrue();
    }
  }

  @Test
  void a_version_can_be_deferred_and_taken_by_hand() {
    String name = secret();
    try (Run run = runner().open(RunAsk.of("demo", job()))) {
      Lease lease = run.lease(LeaseAsk.of(name)).lease();
      lease.onRotation(
          newer -> {
            throw new Rotation.Deferred("in the middle of a batch");
          });
      String second = replace(name);
      soon(() -> assertThat(lookUp(lease).getJsonObject("acknowledged")).isNotNull());
      assertThat(lookUp(lease).getJsonObject("acknowledged").getString("status"))
          .isEqualTo("deferred");
      LeasedSecret newer = lease.advance();
      lease.acknowledge(newer, Ack.APPLIED, Optional.empty());
      assertThat(shown(lease.current().value())).isEqualTo(second);
      assertThat(lookUp(lease).getInteger("applied_version")).isEqualTo(2);
    }
  }

  @Test
  void an_environment_is_leased_in_one_call() {
    String password = secret();
    String env = "env" + ++number;
    JsonObject needs =
        new JsonObject()
            .put(
                "secrets",
                new JsonArray()
                    .add(new JsonObject().put("secret", password).put("as_env_var", "DB_PASSWORD"))
                    .add(new JsonObject().put("secret", password).put("mount", "/etc/demo"))
                    .add(new JsonObject().put("secret", "absent").put("optional", true)));
    app().put("/environments/" + env + "?project=demo", needs).expect(201);
    try (Run run = runner().open(RunAsk.of("demo", job()).environment(env))) {
      Granted<Lease> granted = run.lease(LeaseAsk.ofRun());
      Lease lease = granted.lease();
      assertThat(granted.variables())
          .containsExactly(new Granted.Placement("DB_PASSWORD", lease.id(), "value"));
      assertThat(granted.files())
          .extracting(Granted.Placement::name)
          .containsExactly("/etc/demo/" + password);
      assertThat(granted.missing()).extracting(Granted.Absent::secret).containsExactly("absent");
    }
  }

  @Test
  void the_end_of_a_run_ends_its_leases_and_is_told_once() {
    Run run = runner().open(RunAsk.of("demo", job()));
    Lease lease = run.lease(LeaseAsk.of(secret())).lease();
    SecretValue value = lease.current().value();
    lease.onEnd(why -> told.add("lease: " + why.why()));
    run.onEnd(why -> told.add("run: " + why.why()));
    run.complete(Outcome.SUCCEEDED);
    run.close();
    soon(
        () ->
            assertThat(told)
                .containsExactlyInAnyOrder("run: it was completed", "lease: its run is over"));
    assertThat(lookUp(lease).getString("state")).isEqualTo("ended");
    assertThatThrownBy(lease::current).isInstanceOf(LeaseEnded.class);
    assertThatThrownBy(() -> shown(value)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_lease_that_is_revoked_ends_here_and_is_told_once() {
    Run run = runner().open(RunAsk.of("demo", job()));
    Lease lease = run.lease(LeaseAsk.of(secret())).lease();
    lease.onRotation(newer -> {});
    lease.onEnd(why -> told.add(why.why() + " " + why.refusal().map(Refused::status).orElse(0)));
    node.client(acme.admin()).post("/leases/" + lease.id() + "/revoke", new JsonObject());
    soon(() -> assertThat(told).singleElement().asString().endsWith(" 410"));
    assertThat(lease.live()).isFalse();
    assertThat(run.live()).isTrue();
  }

  @Test
  void a_run_that_the_broker_has_ended_is_over_at_the_next_heartbeat() {
    Run run = runner().open(RunAsk.of("demo", job()).heartbeat(Duration.ofSeconds(10)));
    Lease lease = run.lease(LeaseAsk.of(secret())).lease();
    lease.onEnd(why -> told.add("lease"));
    run.onEnd(why -> told.add("run"));
    node.client(acme.runner())
        .post("/runs/" + run.id() + "/complete", new JsonObject())
        .expect(200);
    soon(() -> assertThat(told).containsExactlyInAnyOrder("lease", "run"));
  }

  @Test
  void what_is_held_survives_a_broker_that_is_away_and_a_rotation_meanwhile_is_learnt_after() {
    String name = secret();
    Run run = runner().open(RunAsk.of("demo", job()));
    Lease lease = run.lease(LeaseAsk.of(name).ttl(Duration.ofMinutes(1))).lease();
    AtomicReference<String> used = new AtomicReference<>("");
    CountDownLatch listening = new CountDownLatch(1);
    lease.onRotation(
        newer -> {
          used.set(shown(newer.value()));
          listening.countDown();
        });
    String heard = replace(name);
    soon(() -> assertThat(used).hasValue(heard));
    wire.absent(true);
    String second = replace(name);
    soon(() -> assertThat(told).contains("away"));
    assertThat(lease.live()).isTrue();
    assertThat(shown(lease.current().value())).isNotEmpty();
    wire.absent(false);
    soon(() -> assertThat(used).hasValue(second));
    soon(() -> assertThat(told).containsExactly("away", "back"));
  }

  @Test
  void a_lease_that_cannot_be_renewed_ends_by_its_own_time() {
    Run run = runner().open(RunAsk.of("demo", job()));
    Lease lease = run.lease(LeaseAsk.of(secret()).ttl(Duration.ofSeconds(2))).lease();
    lease.onEnd(why -> told.add(why.why()));
    wire.absent(true);
    try {
      soon(() -> assertThat(told).contains("it expired"));
      assertThatThrownBy(lease::current).hasMessageContaining("is over: it expired");
    } finally {
      wire.absent(false);
    }
  }

  @Test
  void a_lease_is_renewed_for_as_long_as_it_is_held() {
    try (Lease lease =
        runner().lease(LeaseAsk.of(secret()).in("demo").ttl(Duration.ofSeconds(3))).lease()) {
      var first = lease.expiresAt();
      soon(() -> assertThat(lease.expiresAt()).isAfter(first.plusSeconds(3)));
      assertThat(lease.live()).isTrue();
    }
  }

  @Test
  void a_grant_whose_answer_was_lost_is_the_same_one() {
    String name = secret();
    wire.loseAnswerTo("POST /api/v1/leases");
    try (Lease lease = runner().lease(LeaseAsk.of(name).in("demo")).lease()) {
      assertThat(wire.hasLostAnswer()).isTrue();
      assertThat(
              brokers.rows(
                  "SELECT lease_id::text FROM lease l JOIN secret s USING (secret_id)"
                      + " WHERE s.name = '"
                      + name
                      + "'"))
          .containsExactly(lease.id());
    }
  }

  @Test
  void a_run_whose_answer_was_lost_is_not_opened_twice() {
    wire.loseAnswerTo("POST /api/v1/runs");
    HushbusClient client = runner();
    String job = job();
    assertThatThrownBy(() -> client.open(RunAsk.of("demo", job)))
        .isInstanceOfSatisfying(
            Unreachable.class, lost -> assertThat(lost.outcomeUnknown()).isTrue());
  }

  @Test
  void what_is_final_is_not_asked_again() {
    HushbusClient client = runner();
    LeaseAsk ask = LeaseAsk.of("no-such-secret").in("demo");
    assertThatThrownBy(() -> client.lease(ask))
        .isInstanceOfSatisfying(Refused.class, no -> assertThat(no.status()).isEqualTo(404));
    assertThatThrownBy(
            () -> client.lease(LeaseAsk.of(secret()).in("demo").minValidFor(Duration.ofDays(400))))
        .isInstanceOfSatisfying(
            Refused.class, no -> assertThat(no.reason()).hasValue("validity_not_promised"));
  }

  @Test
  void notices_come_without_a_gap_across_a_cut_and_by_long_poll() {
    String name = secret();
    HushbusClient client = runner();
    try (Events stream = client.events(EventAsk.NOW.types(Notice.ANNOUNCED));
        Events polled = client.events(EventAsk.NOW.types(Notice.ANNOUNCED).polling())) {
      replace(name);
      Notice first = stream.next(SOON).orElseThrow();
      wire.cut();
      replace(name);
      Notice second = stream.next(SOON).orElseThrow();
      assertThat(first.data().number("version")).isEqualTo(2);
      assertThat(second.data().number("version")).isEqualTo(3);
      assertThat(List.of(polled.next(SOON).orElseThrow(), polled.next(SOON).orElseThrow()))
          .extracting(Notice::id)
          .containsExactly(first.id(), second.id());
      try (Events again =
          client.events(EventAsk.NOW.types(Notice.ANNOUNCED).after(first.cursor()))) {
        assertThat(again.next(SOON).orElseThrow().id()).isEqualTo(second.id());
      }
    }
  }

  @Test
  void a_cursor_that_is_none_is_told_and_ends_the_reading() {
    try (Events events = runner().events(EventAsk.NOW.after("nonsense"))) {
      assertThatThrownBy(() -> events.next(SOON)).isInstanceOf(Refused.class);
    }
  }

  @Test
  void futures_complete_and_callbacks_come_on_the_context_of_the_caller() throws Exception {
    String name = secret();
    AsyncClient client = runner().async();
    Vertx vertx = Vertx.vertx();
    try {
      Context context = vertx.getOrCreateContext();
      AtomicInteger right = new AtomicInteger();
      Promise<AsyncRun> opened = Promise.promise();
      context.runOnContext(
          go ->
              client
                  .open(RunAsk.of("demo", job()))
                  .compose(
                      run ->
                          run.lease(LeaseAsk.of(name))
                              .map(
                                  granted -> {
                                    granted
                                        .lease()
                                        .onRotation(
                                            newer -> {
                                              if (context.equals(Vertx.currentContext())) {
                                                right.incrementAndGet();
                                              }
                                              return Future.succeededFuture();
                                            });
                                    return run;
                                  }))
                  .onComplete(opened));
      AsyncRun run = wait(opened.future());
      replace(name);
      soon(() -> assertThat(right).hasValue(1));
      wait(run.complete(Outcome.SUCCEEDED));
    } finally {
      wait(vertx.close());
    }
  }

  private static <T> T wait(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void what_a_client_holds_is_given_back_when_it_is_closed() {
    HushbusClient client = runner();
    Run run = client.open(RunAsk.of("demo", job()));
    Lease ofRun = run.lease(LeaseAsk.of(secret())).lease();
    Lease own = client.lease(LeaseAsk.of(secret()).in("demo")).lease();
    client.close();
    assertThat(lookUp(ofRun).getString("state")).isEqualTo("ended");
    assertThat(lookUp(own).getString("state")).isEqualTo("revoked");
  }

  @Test
  void nothing_that_is_printed_has_a_value() {
    HushbusClient client = runner();
    Run run = client.open(RunAsk.of("demo", job()));
    Granted<Lease> granted = run.lease(LeaseAsk.of(secret()));
    String value = shown(granted.lease().current().value());
    assertThat(List.of(granted, granted.lease(), granted.lease().current(), run, client).toString())
        .doesNotContain(value)
        .doesNotContain("hsr_");
  }

  @ParameterizedTest
  @EnumSource(Sealing.class)
  void values_can_come_sealed_to_a_key_that_never_leaves_the_process(Sealing how) {
    String name = secret();
    HushbusClient client = runner();
    try (Run run = client.open(RunAsk.of("demo", job()).sealed(how))) {
      Lease lease = run.lease(LeaseAsk.of(name)).lease();
      AtomicReference<String> used = new AtomicReference<>("");
      lease.onRotation(newer -> used.set(shown(newer.value())));
      String second = replace(name);
      soon(() -> assertThat(used).hasValue(second));
      assertThat(client.get("/runs/" + run.id()).send().json().optionalText("sealed_to"))
          .isPresent();
    }
  }

  @Test
  void what_cannot_be_had_is_told_before_anything_is_leased() {
    Resolution resolution =
        runner()
            .resolve(
                Place.project("demo"),
                List.of(
                    Need.of(secret()).variable("A"),
                    Need.of("none-of-that-name").variable("B"),
                    Need.of("nor-of-that").variable("C").orNothing()));
    assertThat(resolution.ok()).isFalse();
    assertThat(resolution.inTheWay())
        .extracting(Resolution.Found::secret, Resolution.Found::outcome)
        .containsExactly(tuple("none-of-that-name", "missing"));
    assertThat(resolution.needs().getFirst().variables())
        .containsExactly(new Granted.Placement("A", "", "value"));
  }

  @Test
  void a_value_is_shown_where_the_project_allows_it() {
    String name = secret();
    String second = replace(name);
    node.client(acme.admin())
        .json("PATCH", "/projects/demo", new JsonObject().put("reveal", "developer"))
        .expect(200);
    try (HushbusClient app =
            HushbusClient.of(
                URI.create(node.address()), SecretValue.ofText(acme.app()), Optional.empty());
        LeasedSecret value = app.reveal(Place.project("demo"), name)) {
      assertThat(shown(value.value())).isEqualTo(second);
      assertThat(value.version()).isEqualTo(2);
    }
  }
}
