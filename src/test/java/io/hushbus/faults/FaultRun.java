package io.hushbus.faults;

import io.hushbus.audit.OfflineVerification;
import io.hushbus.audit.Verdict;
import io.hushbus.history.AuditChecker;
import io.hushbus.history.Checker;
import io.hushbus.history.DeliveryChecker;
import io.hushbus.history.Entry;
import io.hushbus.history.History;
import io.hushbus.history.LeaseChecker;
import io.hushbus.history.LostWrites;
import io.hushbus.history.OneWinner;
import io.hushbus.history.Outcome;
import io.hushbus.history.RegisterChecker;
import io.hushbus.history.ResourceChecker;
import io.hushbus.history.Violation;
import io.hushbus.history.Workload;
import io.hushbus.support.Brokers;
import io.hushbus.support.Client;
import io.hushbus.support.HookServer;
import io.hushbus.support.Tenancy;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Three brokers, three tenants, callers and readers at all of them, a nemesis; and, when all is
 * over, what the callers saw before the checkers.
 */
final class FaultRun implements AutoCloseable {

  private static final int NODES = 3;
  private static final int CALLERS = 6;
  private static final int READERS = 9;
  private static final int SLOWEST_SECONDS = 60;
  private static final List<String> KINDS = List.of("poll", "stream", "durable");

  /** By how much the clock of this process may differ from the database's, on one machine. */
  private static final long SLACK = Duration.ofMillis(50).toNanos();

  private static final Map<String, String> CHANGES =
      Map.of("put", "secret_change", "create", "secret_create", "restore", "secret_restore");
  private static final Map<String, String> ENDS = Map.of("delete", "secret_force_delete");
  private static final Map<String, String> DISCLOSURES = Map.of("lease", "lease_grant");

  private static final Map<String, ResourceChecker.Cap> CAPS =
      Map.of(
          "heap", new ResourceChecker.Cap(200L << 20, 120L << 20),
          "threads", new ResourceChecker.Cap(120, 80),
          "connections", new ResourceChecker.Cap(90, 40),
          "unsealed", new ResourceChecker.Cap(100_000, 0),
          "unposted", new ResourceChecker.Cap(100_000, 0));

  private final long seed;
  private final Brokers brokers;
  private final Fleet fleet;
  private final List<Tenancy> tenants;
  private final HttpTarget target;
  private final History history;
  private final Workload work;
  private final Nemesis nemesis;
  private final Vertx vertx = Vertx.vertx();
  private final HookServer hook = new HookServer(vertx);
  private final HttpClient http = HttpClient.newHttpClient();
  private final AtomicBoolean working = new AtomicBoolean(true);
  private final AtomicBoolean reading = new AtomicBoolean(true);
  private final ConcurrentLinkedQueue<Throwable> broken = new ConcurrentLinkedQueue<>();

  FaultRun(long seed, Duration pause) {
    this.seed = seed;
    this.brokers = Brokers.onStoppable();
    this.tenants = tenants(brokers);
    Path directory = directory(seed);
    this.fleet = Fleet.start(brokers, NODES, directory);
    this.target = new HttpTarget(node -> fleet.node(node).address(), tenants);
    this.history = History.in(directory.resolve("history.jsonl"), History.wallClock());
    this.work =
        new Workload(
            seed,
            new Workload.Shape(
                "s",
                NODES,
                6,
                100,
                Fleet.TTL.toNanos(),
                Fleet.LONGEST.toNanos(),
                () -> LockSupport.parkNanos(10_000_000)),
            target,
            history);
    this.nemesis = new Nemesis(fleet, brokers.database(), seed, pause);
    System.out.println("faults: seed " + seed + ", history in " + directory);
  }

  /** A new one each time, for what the nodes log and the callers see. */
  private static Path directory(long seed) {
    try {
      Path all = Files.createDirectories(Path.of("target", "faults"));
      return Files.createTempDirectory(all, "seed-" + seed + "-");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static List<Tenancy> tenants(Brokers brokers) {
    try (var node = brokers.start()) {
      Client operator = node.client(brokers.operator());
      return IntStream.range(0, 3).mapToObj(i -> brokers.tenant(operator, "t" + i)).toList();
    }
  }

  Nemesis nemesis() {
    return nemesis;
  }

  /** Has work and faults going on until {@code script} is over, and then looks at all of it. */
  List<Violation> run(Runnable script) {
    listen();
    List<Thread> readers = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      readers.add(go(work.reader(10 + i, KINDS.get(i / 3), reading::get)));
    }
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      callers.add(go(work.caller(i, working::get)));
    }
    try {
      goesOn();
      script.run();
      working.set(false);
      joined(callers);
      ready();
      ended();
      told();
    } finally {
      working.set(false);
      reading.set(false);
    }
    joined(readers);
    looked();
    return violations();
  }

  /** Strikes, sees that work goes on without anybody's help, and what it costs. */
  void strike(Fault fault) {
    long start = System.nanoTime();
    nemesis.strike(fault);
    long mended = System.nanoTime();
    goesOn();
    System.out.println(
        "faults: %s took %d ms, and %d ms more until work went on"
            .formatted(
                fault, (mended - start) / 1_000_000, (System.nanoTime() - mended) / 1_000_000));
    sample("load");
  }

  private Thread go(Runnable process) {
    return Thread.ofPlatform()
        .start(
            () -> {
              try {
                process.run();
              } catch (RuntimeException | AssertionError failed) {
                broken.add(failed);
              }
            });
  }

  private static void joined(List<Thread> threads) {
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", stop);
    }
  }

  /** Every node does something for somebody again. */
  private void goesOn() {
    int before = history.entries().size();
    Awaitility.await("work goes on")
        .atMost(Duration.ofSeconds(SLOWEST_SECONDS))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> history.entries().stream().skip(before).filter(Entry::ok).count() > 30);
  }

  private void ready() {
    Awaitility.await("all nodes are ready")
        .atMost(Duration.ofSeconds(SLOWEST_SECONDS))
        .ignoreExceptions()
        .until(
            () ->
                fleet.nodes().stream()
                    .allMatch(
                        node ->
                            client(node.management(), "")
                                    .get(node.management() + "/readyz")
                                    .status()
                                == 200));
  }

  private Client client(String address, String token) {
    return Client.of(http, address, token, brokers.answers());
  }

  /** Has webhooks posted to a receiver of the test's. */
  private void listen() {
    for (Tenancy tenant : tenants) {
      client(fleet.node(0).address(), tenant.admin())
          .post("/webhooks", new JsonObject().put("url", hook.url()).put("project", "demo"))
          .expect(201);
      history.add(
          new Entry(
              -1,
              "subscribe",
              "webhook-" + tenant.name(),
              history.now(),
              history.now(),
              Outcome.OK,
              new JsonObject(),
              new JsonObject().put("tenant", tenant.name())));
    }
  }

  /** How everything is in the end, by the API and by what the owner of the database reads. */
  private void ended() {
    work.visit();
    for (String row :
        brokers.rows(
            """
            SELECT json_build_object('key', s.name, 'tenant', t.name,
              'version', s.current_version, 'deleted', s.deleted_at IS NOT NULL)
            FROM secret s JOIN tenant t USING (tenant_id)
            WHERE NOT EXISTS (SELECT FROM secret o WHERE o.tenant_id = s.tenant_id
              AND o.name = s.name AND o.secret_id <> s.secret_id
              AND (o.deleted_at IS NULL OR o.created_at > s.created_at))
            """)) {
      JsonObject end = new JsonObject(row);
      history.note("final", end.getString("key"), new JsonObject(), end);
    }
    for (String row :
        brokers.rows(
            """
            SELECT json_build_object('key', lease_id,
              'expires', (extract(epoch FROM expires_at) * 1000)::bigint * 1000000,
              'state', CASE WHEN revoked_at IS NULL AND expires_at > clock_timestamp()
                         AND NOT EXISTS (SELECT FROM lease_revocation m
                           WHERE m.tenant_id = l.tenant_id AND m.at >= l.issued_at
                             AND (m.kind <> 'version'
                               OR m.version BETWEEN l.applied_version AND l.version)
                             AND m.id IN (l.secret_id, l.principal_id, l.run_id, l.adoption_id))
                       THEN 'active' ELSE 'over' END) FROM lease l
            """)) {
      JsonObject end = new JsonObject(row);
      history.note("final", end.getString("key"), new JsonObject(), end);
    }
  }

  /** Waits until every reader was told of the last version of all that it reads. */
  private void told() {
    Map<String, JsonObject> last = new LinkedHashMap<>();
    history.entries().stream()
        .filter(entry -> entry.op().equals("final") && entry.result().containsKey("version"))
        .forEach(entry -> last.put(entry.key(), entry.result()));
    try {
      Awaitility.await("readers catch up")
          .atMost(Duration.ofSeconds(SLOWEST_SECONDS))
          .pollInterval(Duration.ofMillis(500))
          .until(() -> posted(last.values()) && read(last.values()));
    } catch (ConditionTimeoutException late) {
      System.out.println("faults: readers have not caught up, which the checkers will tell of");
    }
  }

  private boolean posted(Collection<JsonObject> last) {
    var all =
        hook.received().stream()
            .map(call -> HttpTarget.event(call.json()))
            .filter(event -> event.getString("kind").equals("version"))
            .map(event -> event.getString("secret") + " " + event.getInteger("version"))
            .collect(Collectors.toSet());
    return last.stream()
        .allMatch(end -> all.contains(end.getString("key") + " " + end.getInteger("version")));
  }

  private boolean read(Collection<JsonObject> last) {
    Map<String, Set<String>> heard = new LinkedHashMap<>();
    Map<String, String> tenantOf = new LinkedHashMap<>();
    for (Entry entry : history.entries()) {
      if (entry.op().equals("subscribe") && entry.ok() && entry.process() >= 0) {
        tenantOf.put(entry.key(), entry.result().getString("tenant"));
      } else if (entry.op().equals("deliver")) {
        for (Object one : entry.result().getJsonArray("events")) {
          JsonObject event = (JsonObject) one;
          heard
              .computeIfAbsent(entry.key(), key -> new HashSet<>())
              .add(event.getString("secret") + " " + event.getInteger("version"));
        }
      }
    }
    return tenantOf.entrySet().stream()
        .allMatch(
            reader ->
                last.stream()
                    .filter(end -> end.getString("tenant").equals(reader.getValue()))
                    .allMatch(
                        end ->
                            heard
                                .getOrDefault(reader.getKey(), Set.of())
                                .contains(end.getString("key") + " " + end.getInteger("version"))));
  }

  /** What only whoever runs the whole can see: posts, the audit, what is in use. */
  private void looked() {
    Map<String, JsonArray> posts = new LinkedHashMap<>();
    Map<String, String> names = new LinkedHashMap<>();
    brokers
        .rows("SELECT tenant_id || ' ' || name FROM tenant")
        .forEach(row -> names.put(row.split(" ", -1)[0], row.split(" ", -1)[1]));
    hook.received()
        .forEach(
            call ->
                posts
                    .computeIfAbsent(
                        Optional.ofNullable(names.get(call.json().getString("tenantid")))
                            .orElseThrow(),
                        tenant -> new JsonArray())
                    .add(HttpTarget.event(call.json())));
    posts.forEach(
        (tenant, events) ->
            history.note(
                "deliver",
                "webhook-" + tenant,
                new JsonObject(),
                new JsonObject().put("events", events)));
    audited();
    rested();
    sample("rest");
  }

  private void audited() {
    Awaitility.await("the audit is sealed")
        .atMost(Duration.ofSeconds(SLOWEST_SECONDS))
        .until(() -> brokers.rows("SELECT 1 FROM audit_tail LIMIT 1").isEmpty());
    for (String row :
        brokers.rows(
            """
            SELECT json_build_object('request', request_id, 'action', action,
              'name', resource_name)
            FROM audit_record WHERE outcome = 'allowed'
            """)) {
      JsonObject record = new JsonObject(row);
      String about = Optional.ofNullable(record.getString("name")).orElse("");
      if (about.startsWith("s-")) {
        history.note("audit", about, new JsonObject(), record);
      }
    }
    for (Tenancy tenant : tenants) {
      String export =
          client(fleet.node(0).address(), tenant.admin()).get("/audit/export").expect(200).body();
      history.note("chain", tenant.name(), new JsonObject(), verified(export));
    }
  }

  private static JsonObject verified(String export) {
    try {
      Verdict verdict =
          OfflineVerification.verify(
              new ByteArrayInputStream(export.getBytes(StandardCharsets.UTF_8)),
              Optional.empty(),
              List.of());
      return new JsonObject()
          .put("verified", verdict instanceof Verdict.Sound)
          .put("verdict", verdict.toString());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** What every node and the database have in use. */
  private void sample(String phase) {
    JsonObject args = new JsonObject().put("phase", phase);
    for (Fleet.Node node : fleet.nodes()) {
      long[] usage = node.usage();
      history.note(
          "sample",
          "node-" + node.index,
          args,
          new JsonObject().put("heap", usage[0]).put("threads", usage[1]));
    }
    history.note("sample", "database", args, used());
  }

  private JsonObject used() {
    return new JsonObject()
        .put("connections", count("pg_stat_activity WHERE usename = 'hushbus_app'"))
        .put("unsealed", count("audit_tail"))
        .put(
            "unposted",
            count("webhook w JOIN tenant_stream s USING (tenant_id) WHERE w.position < s.head"));
  }

  /**
   * Waits until nothing is left to be done. A job may begin to end what the load has left behind at
   * any time, rotations of a node that was killed for one, and that is sealed and posted too.
   */
  private void rested() {
    try {
      Awaitility.await("nothing is left to be done")
          .atMost(Duration.ofSeconds(SLOWEST_SECONDS))
          .during(Duration.ofSeconds(2))
          .until(() -> used().getLong("unsealed") == 0 && used().getLong("unposted") == 0);
    } catch (ConditionTimeoutException busy) {
      System.out.println("faults: something is left to be done, which the checkers will tell of");
    }
  }

  private long count(String of) {
    return Long.parseLong(brokers.rows("SELECT count(*) FROM " + of).getFirst());
  }

  private List<Violation> violations() {
    broken.forEach(
        failed -> {
          throw new IllegalStateException("a process of the run failed", failed);
        });
    RegisterChecker register = new RegisterChecker();
    List<Checker> checkers =
        List.of(
            register,
            new LostWrites(),
            new DeliveryChecker(),
            new LeaseChecker(SLACK),
            new OneWinner(),
            new AuditChecker(CHANGES),
            new AuditChecker(ENDS),
            new AuditChecker(DISCLOSURES),
            new ResourceChecker(CAPS));
    List<Violation> found =
        checkers.stream().flatMap(checker -> checker.check(history).stream()).toList();
    System.out.println(
        "faults: seed %d: %d requests about %d secrets, answers %s, faults %s, searched %s, %d violations"
            .formatted(
                seed,
                work.asked(),
                work.secrets().size(),
                target.statuses(),
                nemesis.struck(),
                register.depth(),
                found.size()));
    Bookkeeping.check(brokers);
    return found;
  }

  @Override
  public void close() {
    working.set(false);
    reading.set(false);
    target.close();
    fleet.close();
    http.shutdownNow();
    history.close();
    hook.close();
    vertx.close().await();
    brokers.close();
  }
}
