package io.hushbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Brokers.Tuning;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tenant is deleted while its people and programs do on two nodes whatever they always do. */
final class RacedTenantEndIT {

  private static final Duration SOON = Duration.ofSeconds(60);

  /** What a request may be answered around the end of its tenant; 429: so many unknown tokens. */
  private static final Set<Integer> EXPECTED = Set.of(200, 201, 401, 404, 409, 410, 429, 503);

  /**
   * @param overBefore whether the deletion had succeeded when it was sent
   */
  private record Heard(String what, boolean overBefore, int status) {}

  @TempDir private Path files;
  private final Brokers brokers = Brokers.fresh();
  private final Queue<Heard> heard = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicBoolean stop = new AtomicBoolean();

  @AfterEach
  void close() {
    brokers.close();
  }

  @Test
  void f27_nothing_of_a_deleted_tenant_is_readable_or_left_whatever_raced_with_its_end() {
    BrokerNode one = brokers.start(files.resolve("checkpoints"));
    BrokerNode two = brokers.start(Tuning.USUAL);
    Client operator = one.client(brokers.operator());
    Tenancy acme = brokers.tenant(operator, "acme");
    Tenancy other = brokers.tenant(operator, "other");
    String tenant = brokers.rows("SELECT tenant_id FROM tenant WHERE name = 'acme'").getFirst();
    create(one.client(other.app()), "untouched").expect(201);
    create(one.client(acme.app()), "treasure").expect(201);

    try (ExecutorService hands = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Void>> busy =
          IntStream.range(0, 4)
              .mapToObj(i -> CompletableFuture.runAsync(() -> work(i, one, two, acme), hands))
              .toList();
      try {
        until(() -> heard.size() > 60);
        String id =
            operator.delete("/tenants/acme?confirm=acme").expect(202).json().getString("id");
        // By the table: whose tokens have ended use up what this address may ask for.
        until(() -> state(id).equals("succeeded"));
        over.set(true);
        int before = heard.size();
        until(() -> heard.size() > before + 60);
      } finally {
        stop.set(true);
      }
      CompletableFuture.allOf(busy.toArray(CompletableFuture[]::new)).join();
    }

    assertThat(heard).allMatch(answer -> EXPECTED.contains(answer.status()));
    assertThat(heard.stream().filter(Heard::overBefore))
        .allMatch(after -> after.status() == 401 || after.status() == 429);
    assertThat(tablesWith(tenant))
        .isSubsetOf("audit_chain", "audit_checkpoint", "audit_tail", "operation", "tenant");
    until(() -> lease(two.client(other.runner()), "untouched").status() == 201);
  }

  private String state(String operation) {
    return brokers
        .rows("SELECT state FROM operation WHERE operation_id = '" + operation + "'")
        .getFirst();
  }

  private void work(int hand, BrokerNode one, BrokerNode two, Tenancy acme) {
    for (int i = 0; !stop.get(); i++) {
      BrokerNode node = (i + hand) % 2 == 0 ? one : two;
      String name = "made-" + hand + "-" + i;
      Client app = node.client(acme.app());
      Client runner = node.client(acme.runner());
      switch (i % 6) {
        case 0 -> note("create", () -> create(app, name));
        case 1 -> note("lease", () -> lease(runner, "treasure"));
        case 2 ->
            note(
                "replace",
                () ->
                    app.put(
                        "/secrets/treasure?project=demo",
                        new JsonObject().put("value", Canary.value())));
        case 3 ->
            note(
                "run",
                () ->
                    runner.post(
                        "/runs", new JsonObject().put("project", "demo").put("external_id", name)));
        case 4 -> note("list", () -> app.get("/secrets?project=demo"));
        default -> note("poll", () -> app.get("/events?after=earliest"));
      }
    }
  }

  private void note(String what, java.util.function.Supplier<Client.Answer> request) {
    boolean before = over.get();
    heard.add(new Heard(what, before, request.get().status()));
  }

  private static Client.Answer create(Client app, String name) {
    return app.post(
        "/secrets?project=demo",
        new JsonObject().put("name", name).put("type", "text").put("value", Canary.value()));
  }

  private static Client.Answer lease(Client runner, String name) {
    return runner.post(
        "/leases",
        new JsonObject()
            .put("project", "demo")
            .put("secrets", new JsonArray().add(new JsonObject().put("secret", name))));
  }

  private List<String> tablesWith(String tenant) {
    return brokers
        .rows(
            """
            SELECT c.table_name FROM information_schema.columns c
            JOIN information_schema.tables t USING (table_schema, table_name)
            WHERE c.table_schema = 'public' AND c.column_name = 'tenant_id'
              AND t.table_type = 'BASE TABLE'
            """)
        .stream()
        .filter(
            table ->
                !brokers
                    .rows("SELECT 1 FROM " + table + " WHERE tenant_id = '" + tenant + "' LIMIT 1")
                    .isEmpty())
        .toList();
  }

  private static void until(java.util.concurrent.Callable<Boolean> holds) {
    Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(50)).until(holds);
  }
}
