package io.hushbus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.Brokers;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.Client.Answer;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A broker is killed before each statement of each operation, and after the last. Started anew on
 * the same database it has done the operation wholly or not at all, and does it when asked again.
 */
final class KillIT {

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final List<String> ACKNOWLEDGED = new ArrayList<>();

  private static Brokers brokers;
  private static Tenancy acme;
  private static HttpClient http;
  private static ChildProcess child;

  /** Who asks a running child. */
  record Callers(Client app, Client runner) {}

  /**
   * @param prepare makes what the operation works on, and answers how to name it
   * @param act the request itself
   * @param done finds, as SQL with the name for {@code ?}, whether it has happened
   * @param again what the same request answers when it has happened before, or not
   * @param readable what a lease of the secret answers at the end; 0: there is no secret to read
   */
  record Operation(
      String word,
      BiFunction<Callers, String, String> prepare,
      BiFunction<Callers, String, Answer> act,
      String done,
      Set<Integer> again,
      int readable) {

    boolean isDone(String named) {
      return !brokers.rows(done.replace("?", "'" + named + "'")).isEmpty();
    }

    @Override
    public String toString() {
      return word;
    }
  }

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    try (var node = brokers.start()) {
      acme = brokers.tenant(node.client(brokers.operator()), "acme");
    }
    http = HttpClient.newHttpClient();
    ChildProcess.train(brokers);
    child = ChildProcess.start(brokers);
  }

  @AfterAll
  static void stop() {
    child.close();
    http.shutdownNow();
    brokers.close();
  }

  static Stream<Operation> operations() {
    String version = "SELECT 1 FROM secret WHERE name = ? AND current_version >= 2";
    return Stream.of(
        new Operation(
            "create",
            (callers, name) -> name,
            KillIT::create,
            "SELECT 1 FROM secret WHERE name = ?",
            Set.of(201, 409),
            201),
        new Operation(
            "replace",
            KillIT::created,
            (callers, name) -> callers.app().put(secret(name), value()),
            version,
            Set.of(200),
            201),
        new Operation(
            "patch",
            KillIT::created,
            (callers, name) -> callers.app().json("PATCH", secret(name), value()),
            version,
            Set.of(200),
            201),
        new Operation(
            "delete",
            KillIT::created,
            (callers, name) -> callers.app().delete(secret(name)),
            "SELECT 1 FROM secret WHERE name = ? AND deleted_at IS NOT NULL",
            Set.of(204, 404),
            404),
        new Operation(
            "lease",
            KillIT::created,
            (callers, name) -> lease(callers, name),
            "SELECT 1 FROM lease JOIN secret USING (tenant_id, secret_id) WHERE name = ?",
            Set.of(201),
            201),
        new Operation(
            "lease-once",
            KillIT::created,
            (callers, name) -> lease(callers, name, "Idempotency-Key", name),
            "SELECT 1 FROM lease JOIN secret USING (tenant_id, secret_id) WHERE name = ?"
                + " GROUP BY secret_id HAVING count(*) = 1",
            Set.of(200, 201),
            0),
        new Operation(
            "renew",
            KillIT::leased,
            (callers, id) ->
                callers
                    .runner()
                    .post("/leases/" + id + "/renew", new JsonObject().put("ttl", "2h")),
            "SELECT 1 FROM lease WHERE lease_id = ? AND expires_at > issued_at + interval '1 hour'",
            Set.of(200),
            0),
        new Operation(
            "revoke",
            KillIT::leased,
            (callers, id) -> callers.runner().post("/leases/" + id + "/revoke", new JsonObject()),
            "SELECT 1 FROM lease WHERE lease_id = ? AND revoked_at IS NOT NULL",
            Set.of(204),
            0));
  }

  @ParameterizedTest
  @MethodSource("operations")
  void killed_at_any_statement_it_is_done_or_not_and_then_done(Operation operation) {
    int statements = rehearse(operation);
    assertThat(statements).as("statements").isGreaterThanOrEqualTo(3);
    for (int n = 1; n <= statements; n++) {
      boolean done = crash(operation, "arm " + n);
      assertThat(n == 1 && done).as("done before its first statement").isFalse();
    }
    assertThat(crash(operation, "arm-after " + statements))
        .as("done when its last statement was answered")
        .isTrue();
    assertThat(ACKNOWLEDGED).as("acknowledged").allMatch(KillIT::isSecretOrLease);
  }

  /** How many statements the operation takes when everything it may keep in memory is there. */
  private static int rehearse(Operation operation) {
    acknowledge(operation, operation.prepare().apply(callers(), name(operation)));
    String named = operation.prepare().apply(callers(), name(operation));
    child.tell("count");
    assertThat(operation.act().apply(callers(), named).status()).isIn(operation.again());
    AtomicInteger last = new AtomicInteger();
    Awaitility.await("the last statement is out")
        .pollInterval(Duration.ofMillis(50))
        .until(() -> last.get() == last.updateAndGet(before -> child.tell("seen")));
    return last.get();
  }

  /** Whether the operation had happened when its broker was killed. */
  private static boolean crash(Operation operation, String order) {
    String named = operation.prepare().apply(callers(), name(operation));
    child.tell(order);
    try {
      Answer answered = operation.act().apply(callers(), named);
      throw new AssertionError("killed at " + order + ", it answered " + answered.status());
    } catch (UncheckedIOException cut) {
      child.awaitDeath();
    } finally {
      child.close();
      child = ChildProcess.start(brokers);
    }
    boolean done = operation.isDone(named);
    Bookkeeping.check(brokers);
    acknowledge(operation, named);
    Bookkeeping.check(brokers);
    return done;
  }

  /** Asks, and sees that it was done and that what is left can be read. */
  private static void acknowledge(Operation operation, String named) {
    Answer answer = operation.act().apply(callers(), named);
    assertThat(answer.status()).as(answer.body()).isIn(operation.again());
    assertThat(operation.isDone(named)).as("done").isTrue();
    if (operation.readable() != 0) {
      lease(callers(), named).expect(operation.readable());
    }
    ACKNOWLEDGED.add(named);
  }

  private static boolean isSecretOrLease(String named) {
    return !brokers
        .rows(
            "SELECT 1 FROM secret WHERE name = '%s' UNION SELECT 1 FROM lease WHERE lease_id::text = '%s'"
                .formatted(named, named))
        .isEmpty();
  }

  private static String name(Operation operation) {
    return operation.word() + "-" + NUMBER.incrementAndGet();
  }

  private static Callers callers() {
    Client client = Client.of(http, child.address(), acme.app(), brokers.answers());
    return new Callers(client, client.as(acme.runner()));
  }

  private static String created(Callers callers, String name) {
    create(callers, name).expect(201);
    return name;
  }

  private static Answer create(Callers callers, String name) {
    return callers
        .app()
        .post("/secrets?project=demo", value().put("name", name).put("type", "key_value"));
  }

  private static JsonObject value() {
    return new JsonObject().put("data", new JsonObject().put("password", Canary.value()));
  }

  private static String secret(String name) {
    return "/secrets/" + name + "?project=demo";
  }

  private static String leased(Callers callers, String name) {
    return lease(callers, created(callers, name))
        .expect(201)
        .json()
        .getJsonArray("leases")
        .getJsonObject(0)
        .getString("id");
  }

  private static Answer lease(Callers callers, String name, String... headers) {
    JsonObject ask =
        new JsonObject()
            .put("project", "demo")
            .put("secrets", new JsonArray().add(new JsonObject().put("secret", name)))
            .put("ttl", "15m");
    return callers.runner().post("/leases", ask, headers);
  }
}
