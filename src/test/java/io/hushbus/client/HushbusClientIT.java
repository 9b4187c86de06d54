package io.hushbus.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hushbus.model.SecretValue;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Canary;
import io.hushbus.support.Tenancy;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Any operation of the HTTP interface, asked through the client's own request layer. */
final class HushbusClientIT {

  private static Brokers brokers;
  private static BrokerNode node;
  private static HushbusClient app;
  private static HushbusClient runner;

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    node = brokers.start();
    Tenancy acme = brokers.tenant(node.client(brokers.operator()), "acme");
    app = client(node.address(), acme.app());
    runner = client(node.address(), acme.runner());
  }

  @AfterAll
  static void stop() {
    app.close();
    runner.close();
    brokers.close();
  }

  private static HushbusClient client(String address, String token) {
    return HushbusClient.of(URI.create(address), SecretValue.ofText(token), Optional.empty());
  }

  @Test
  void a_value_goes_in_and_comes_back_by_a_lease_and_is_never_text_between() {
    String text = Canary.value();
    try (SecretValue value = SecretValue.ofText(text)) {
      Answer made = create("round-trip", value);
      assertThat(made.status()).isEqualTo(201);
      assertThat(made.header("location")).isPresent();
      assertThat(made.request()).isPresent();
      Body ask =
          Body.object()
              .field("project", "demo")
              .array("secrets", List.of("round-trip"), (item, name) -> item.field("secret", name));
      try (SecretJson leased = runner.post("/leases").body(ask).send().secretJson();
          SecretValue back = leased.take("/leases/0/data/value").orElseThrow()) {
        assertThat(back.matches(value)).isTrue();
        assertThat(leased.rest().objects("leases").getFirst().text("secret"))
            .isEqualTo("round-trip");
        assertThat(leased.toString() + back + ask).doesNotContain(text);
      }
    }
  }

  @Test
  void a_refusal_says_what_is_wrong_with_each_field() {
    Refused refused =
        catchThrowableOfType(
            Refused.class,
            () ->
                app.post("/secrets")
                    .query("project", "demo")
                    .body(Body.object().field("name", "1").field("colour", "red"))
                    .send());
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.errors())
        .extracting(Refused.Fault::pointer)
        .contains("/name", "/colour", "/type");
    assertThat(refused.errors()).allMatch(fault -> !fault.detail().isEmpty());
    assertThat(refused.detail()).isPresent();
    assertThat(refused.request()).isPresent();
    assertThat(refused.retryable()).isFalse();
  }

  @Test
  void a_version_that_is_not_as_it_was_seen_is_not_replaced() {
    try (SecretValue value = SecretValue.ofText(Canary.value())) {
      create("guarded", value);
      Request stale =
          app.put("/secrets/" + Request.segment("guarded"))
              .query("project", "demo")
              .ifMatch("7")
              .body(Body.object().secret("value", value));
      assertThatThrownBy(stale::send)
          .isInstanceOfSatisfying(Refused.class, no -> assertThat(no.status()).isEqualTo(412));
    }
  }

  @Test
  void the_same_key_makes_nothing_twice() {
    try (SecretValue value = SecretValue.ofText(Canary.value())) {
      String first = keyed(value).json().text("id");
      assertThat(keyed(value).json().text("id")).isEqualTo(first);
    }
  }

  private static Answer keyed(SecretValue value) {
    return app.post("/secrets")
        .query("project", "demo")
        .idempotencyKey("once")
        .body(Body.object().field("name", "once").field("type", "text").secret("value", value))
        .send();
  }

  private static Answer create(String name, SecretValue value) {
    return app.post("/secrets")
        .query("project", "demo")
        .query("domain", "")
        .body(Body.object().field("name", name).field("type", "text").secret("value", value))
        .send();
  }

  @Test
  void where_nobody_listens_nothing_was_sent() throws IOException {
    int port;
    try (ServerSocket taken = new ServerSocket(0)) {
      port = taken.getLocalPort();
    }
    try (HushbusClient nobody = client("http://127.0.0.1:" + port, "hsk_none")) {
      assertThatThrownBy(() -> nobody.get("/auth/whoami").send())
          .isInstanceOfSatisfying(
              Unreachable.class, away -> assertThat(away.outcomeUnknown()).isFalse())
          .hasMessage("no connection to http://127.0.0.1:" + port);
    }
  }

  @Test
  void who_does_not_answer_is_waited_for_no_longer_than_the_deadline() throws IOException {
    try (ServerSocket mute = new ServerSocket(0);
        HushbusClient client = client("http://127.0.0.1:" + mute.getLocalPort(), "hsk_none")) {
      assertThatThrownBy(() -> client.get("/stats").deadline(Duration.ofMillis(200)).send())
          .isInstanceOfSatisfying(
              Unreachable.class, late -> assertThat(late.outcomeUnknown()).isTrue())
          .hasMessageContaining("in time");
    }
  }

  @Test
  void an_answer_that_is_too_long_is_not_taken() {
    assertThatThrownBy(() -> app.get("/secrets").query("project", "demo").limit(5).send())
        .isInstanceOf(Unreachable.class)
        .hasMessageContaining("too long");
  }

  @Test
  void a_future_completes_on_the_context_of_the_caller() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      Context context = vertx.getOrCreateContext();
      Promise<Boolean> same = Promise.promise();
      context.runOnContext(
          go ->
              app.get("/auth/whoami")
                  .start()
                  .map(answer -> context.equals(Vertx.currentContext()))
                  .onComplete(same));
      assertThat(wait(same.future())).isTrue();
    } finally {
      wait(vertx.close());
    }
  }

  private static <T> T wait(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void rc54_no_exception_holds_a_token_or_a_value() throws IOException {
    String text = Canary.value();
    try (SecretValue value = SecretValue.ofText(text);
        HushbusClient nobody = client("http://127.0.0.1:1", "hsk_none-at-all")) {
      Request invalid = app.post("/secrets").body(Body.object().secret("value", value));
      Request unheard = nobody.post("/secrets").body(Body.object().secret("value", value));
      for (Request one : List.of(invalid, unheard)) {
        RuntimeException failure = catchThrowableOfType(RuntimeException.class, one::send);
        StringWriter all = new StringWriter();
        failure.printStackTrace(new PrintWriter(all));
        try (var serial = new ObjectOutputStream(OutputStream.nullOutputStream())) {
          serial.writeObject(failure);
        }
        assertThat(failure).hasNoCause().hasNoSuppressedExceptions();
        assertThat(all.toString()).doesNotContain(text).doesNotContain("hsk_");
        if (failure instanceof Refused refused) {
          assertThat(refused.problem().fields().toString())
              .doesNotContain(text)
              .doesNotContain("hsk_");
        }
      }
    }
  }

  @Test
  void a_token_and_a_body_are_in_nothing_that_is_printed() {
    byte[] canary = Canary.value().getBytes(UTF_8);
    try (SecretValue value = SecretValue.owning(canary)) {
      Request request = app.post("/secrets").body(Body.object().secret("value", value));
      assertThat(request + " " + request.call() + " " + app)
          .doesNotContain(new String(canary, UTF_8))
          .doesNotContain("hsk_");
    }
  }
}
