package io.hushbus.faults;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
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
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Brokers are killed before each statement that writes, before the {@code COMMIT}, and after it.
 * Started anew on the same database they have done their operation wholly or not at all, and do it
 * when asked again.
 *
 * <p>A process of its own holds a broker for each operation, each with a tenant of its own so that
 * they do not wait for each other's rows. It is killed when every broker stands at its statement:
 * so one kill tries one place of each operation.
 *
 * <p>By default six operations at every other place, and around the {@code COMMIT}; {@code
 * -Dkills=all} kills eleven at each, which takes four times as long.
 */
final class KillIT {

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final Queue<String> ACKNOWLEDGED = new ConcurrentLinkedQueue<>();

  private static final boolean ALL = "all".equals(System.getProperty("kills"));

  /** What writes in ways that others do as well: killed too with {@code -Dkills=all}. */
  private static final Set<String> ALIKE =
      Set.of("patch", "abort", "retire", "lease-once", "renew");

  private static final List<Operation> OPERATIONS =
      operations().stream().filter(one -> ALL || !ALIKE.contains(one.word())).toList();
  private static final Map<Operation, Tenancy> TENANTS = new HashMap<>();

  private static Brokers brokers;
  private static HttpClient http;
  private static ChildProcess child;

  /** The operations that the child has a broker for, in its order. */
  private static List<Operation> served = OPERATIONS;

  /** Who asks a running child. */
  record Callers(Client app, Client runner, Client admin) {}

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
      Client operator = node.client(brokers.operator());
      OPERATIONS.forEach(one -> TENANTS.put(one, brokers.tenant(operator, one.word())));
    }
    http = HttpClient.newHttpClient();
    child = ChildProcess.startFirst(brokers, served.size());
  }

  @AfterAll
  static void stop() {
    child.close();
    http.shutdownNow();
    brokers.close();
  }

  private static List<Operation> operations() {
    String version = "SELECT 1 FROM secret WHERE name = ? AND current_version >= 2";
    return List.of(
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
            "rotate",
            KillIT::created,
            (callers, name) ->
                callers.app().post("/secrets/" + name + "/rotations?project=demo", value()),
            version,
            Set.of(202, 409),
            201),
        new Operation(
            "abort",
            KillIT::rotated,
            (callers, id) -> callers.admin().post("/rotations/" + id + "/abort", new JsonObject()),
            "SELECT 1 FROM rotation WHERE rotation_id = ? AND phase = 'aborted'",
            Set.of(202, 409),
            0),
        new Operation(
            "retire",
            KillIT::rotated,
            (callers, id) ->
                callers.admin().post("/rotations/" + id + "/retire-now", new JsonObject()),
            "SELECT 1 FROM rotation WHERE rotation_id = ? AND phase = 'completed'",
            Set.of(200, 409),
            0),
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

  @Test
  void g1_killed_at_any_writing_statement_it_is_done_or_not_and_then_done() {
    rehearse();
    Map<Operation, Integer> places = new HashMap<>();
    Set<Operation> under = Set.copyOf(OPERATIONS);
    for (int n = 1; !under.isEmpty(); n += ALL ? 1 : 2) {
      Crash crash = crash(orders(under, "arm %d " + n));
      assertThat(crash.done()).as("done before their statement " + n).isEqualTo(crash.answered());
      for (var one : crash.answered()) {
        places.put(one, n - 1);
      }
      under = without(under, crash.answered());
    }
    assertThat(places).allSatisfy((one, last) -> assertThat(last).isGreaterThanOrEqualTo(2));
    killAfterTheLastCommit(places);
    assertThat(ACKNOWLEDGED).as("acknowledged").allMatch(KillIT::isSecretOrLease);
  }

  /**
   * One whose place was too high by what its node reserved ahead when the places were counted is
   * answered, and tried once more at the place before.
   */
  private static void killAfterTheLastCommit(Map<Operation, Integer> places) {
    Map<Operation, String> orders = new HashMap<>();
    places.forEach((one, last) -> orders.put(one, "arm-after %d " + last));
    Crash first = crash(orders);
    assertThat(first.done()).as("done when committed").isEqualTo(places.keySet());
    if (!first.answered().isEmpty()) {
      orders.keySet().retainAll(first.answered());
      orders.replaceAll((one, order) -> "arm-after %d " + (of(places, one) - 1));
      Crash second = crash(orders);
      assertThat(second.done()).as("done when committed").isEqualTo(orders.keySet());
      assertThat(second.answered()).as("answered although killed").isEmpty();
    }
  }

  /**
   * What came of the operations whose brokers were killed.
   *
   * @param done had happened
   * @param answered had written all they write before the statement at which they were to be killed
   */
  private record Crash(Set<Operation> done, Set<Operation> answered) {}

  /** Does each once, and leaves what makes later processes start faster. */
  private static void rehearse() {
    warm();
    child.end();
    serve(OPERATIONS);
    warm();
  }

  /** Lets the brokers keep in memory what they may keep. */
  private static void warm() {
    each(OPERATIONS, KillIT::warm);
  }

  private static void warm(Operation one) {
    acknowledge(one, one.prepare().apply(callers(one), name(one)));
  }

  /** Starts a process with a broker for each of these. */
  private static void serve(Collection<Operation> operations) {
    served = List.copyOf(operations);
    child = ChildProcess.start(brokers, served.size());
  }

  private static Map<Operation, String> orders(Set<Operation> operations, String order) {
    return operations.stream().collect(toMap(one -> one, one -> order));
  }

  private static Set<Operation> without(Set<Operation> all, Set<Operation> some) {
    return all.stream().filter(one -> !some.contains(one)).collect(toSet());
  }

  /** Kills all brokers when each stands where it was ordered to, or has nothing to stand at. */
  private static Crash crash(Map<Operation, String> orders) {
    if (!served.containsAll(orders.keySet())) {
      child.end();
      serve(orders.keySet());
      each(served, KillIT::warm);
    }
    Map<Operation, String> named = prepared(orders.keySet());
    quiet();
    child.tell("halt " + orders.size());
    orders.forEach((one, order) -> child.tell(order.formatted(index(one))));
    Set<Operation> answered = ConcurrentHashMap.newKeySet();
    each(
        orders.keySet(),
        one -> {
          try {
            Answer answer = one.act().apply(callers(one), of(named, one));
            assertThat(answer.status()).as(answer.body()).isIn(one.again());
            answered.add(one);
            child.say("passed " + index(one));
          } catch (UncheckedIOException cut) {
            // The answer never came: whether it has happened, nobody was told.
          }
        });
    child.awaitDeath();
    child.close();
    serve(orders.keySet());
    Set<Operation> done =
        orders.keySet().stream().filter(one -> one.isDone(of(named, one))).collect(toSet());
    Bookkeeping.check(brokers);
    each(orders.keySet(), one -> acknowledge(one, of(named, one)));
    Bookkeeping.check(brokers);
    return new Crash(done, Set.copyOf(answered));
  }

  private static Map<Operation, String> prepared(Collection<Operation> operations) {
    Map<Operation, String> named = new ConcurrentHashMap<>();
    each(operations, one -> named.put(one, one.prepare().apply(callers(one), name(one))));
    return named;
  }

  /** Waits until the brokers write nothing more of their own, as they do when they start. */
  private static void quiet() {
    AtomicInteger last = new AtomicInteger(-1);
    Awaitility.await("the last statement is out")
        .pollInterval(Duration.ofMillis(100))
        .until(() -> last.get() == last.updateAndGet(before -> written()));
  }

  private static int written() {
    return served.stream().mapToInt(one -> child.tell("seen " + index(one))).sum();
  }

  /** All at the same time; fails as the first that fails. */
  private static void each(Collection<Operation> operations, Consumer<Operation> step) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletableFuture.allOf(
              operations.stream()
                  .map(one -> CompletableFuture.runAsync(() -> step.accept(one), threads))
                  .toArray(CompletableFuture[]::new))
          .join();
    }
  }

  /** Asks, and sees that it was done and that what is left can be read. */
  private static void acknowledge(Operation operation, String named) {
    Answer answer = operation.act().apply(callers(operation), named);
    assertThat(answer.status()).as(answer.body()).isIn(operation.again());
    assertThat(operation.isDone(named)).as("done").isTrue();
    if (operation.readable() != 0) {
      lease(callers(operation), named).expect(operation.readable());
    }
    ACKNOWLEDGED.add(named);
  }

  private static boolean isSecretOrLease(String named) {
    return !brokers
        .rows(
            "SELECT 1 FROM secret WHERE name = '%s' UNION SELECT 1 FROM lease WHERE lease_id::text = '%s'"
                    .formatted(named, named)
                + " UNION SELECT 1 FROM rotation WHERE rotation_id::text = '%s'".formatted(named))
        .isEmpty();
  }

  private static String name(Operation operation) {
    return operation.word() + "-" + NUMBER.incrementAndGet();
  }

  private static <T> T of(Map<Operation, T> all, Operation one) {
    return Objects.requireNonNull(all.get(one), one::word);
  }

  private static int index(Operation operation) {
    return served.indexOf(operation);
  }

  private static Callers callers(Operation operation) {
    Tenancy tenant = of(TENANTS, operation);
    String address = child.address(index(operation));
    Client client = Client.of(http, address, tenant.app(), brokers.answers());
    return new Callers(client, client.as(tenant.runner()), client.as(tenant.admin()));
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

  /** A rotation with a holder of the old version, so that it goes on. */
  private static String rotated(Callers callers, String name) {
    leased(callers, name);
    return callers.app().put(secret(name), value()).expect(200).json().getString("rotation");
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
