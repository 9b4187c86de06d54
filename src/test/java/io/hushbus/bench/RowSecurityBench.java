package io.hushbus.bench;

import io.hushbus.config.DatabaseConfig;
import io.hushbus.support.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * What row-level security costs in each form it could take: rows per second, as ratios to the same
 * work without a policy, medians of alternating rounds. Real PostgreSQL, the broker's role.
 */
public final class RowSecurityBench {

  private static final int ROUNDS = 5;
  private static final long ROUND_NANOS = 400_000_000L;
  private static final int BATCH = 64;
  private static final int IN_FLIGHT = 32;
  private static final int ROWS = 20_000;
  private static final UUID TENANT = UUID.randomUUID();

  private static final String SCHEMA =
      """
      CREATE TABLE plain (tenant_id uuid, id int, value bytea, PRIMARY KEY (tenant_id, id));
      CREATE TABLE fenced (LIKE plain INCLUDING ALL);
      CREATE TABLE plain_log (tenant_id uuid, id uuid, value bytea, PRIMARY KEY (tenant_id, id));
      CREATE TABLE fenced_log (LIKE plain_log INCLUDING ALL);
      INSERT INTO plain SELECT 'TENANT', n, sha256(n::text::bytea) FROM generate_series(1, ROWS) n;
      INSERT INTO fenced SELECT * FROM plain;
      ALTER TABLE fenced ENABLE ROW LEVEL SECURITY;
      ALTER TABLE fenced_log ENABLE ROW LEVEL SECURITY;
      CREATE POLICY own ON fenced USING
        (tenant_id = ANY ((SELECT current_setting('hushbus.tenants')::uuid[])::uuid[]));
      CREATE POLICY own ON fenced_log USING
        (tenant_id = ANY ((SELECT current_setting('hushbus.tenants')::uuid[])::uuid[]));
      GRANT ALL ON plain, fenced, plain_log, fenced_log TO hushbus_app;
      ANALYZE plain; ANALYZE fenced;
      """;

  private static final String SESSION = "SELECT set_config('hushbus.tenants', $1, false)";

  private final PgConnection connection;
  private final String begin =
      "BEGIN; SET LOCAL ROLE NONE; SET LOCAL hushbus.tenants = '{" + TENANT + "}'";

  private RowSecurityBench(PgConnection connection) {
    this.connection = connection;
  }

  /** Runs all and prints a table. */
  public static void main(String[] arguments) throws Exception {
    Vertx vertx = Vertx.vertx();
    try (TestDatabase database = TestDatabase.fresh()) {
      database.asOwner(SCHEMA.replace("TENANT", "" + TENANT).replace("ROWS", "" + ROWS));
      PgConnection connection = PgConnection.connect(vertx, options(database.config())).await();
      new RowSecurityBench(connection).run();
      connection.close().await();
    } finally {
      vertx.close().await();
    }
  }

  private void run() {
    connection.query("SET hushbus.tenants = '{" + TENANT + "}'").execute().await();
    Map<String, Supplier<Future<?>>> designs = new LinkedHashMap<>();
    designs.put("batch read, no policy, in a transaction", () -> transaction(batchRead("plain")));
    designs.put("batch read, policy, in a transaction", () -> transaction(batchRead("fenced")));
    designs.put("batch insert, no policy", () -> transaction(batchInsert("plain_log")));
    designs.put("batch insert, policy", () -> transaction(batchInsert("fenced_log")));
    designs.put("single read, no policy, bare", () -> single("plain"));
    designs.put("single read, policy, set for the session once", () -> single("fenced"));
    designs.put("single read, policy, session setting each time", this::sessionThenSingle);
    designs.put("single read, policy, transaction each", () -> transaction(() -> single("fenced")));
    Map<String, double[]> rates = new LinkedHashMap<>();
    for (int round = -1; round < ROUNDS; round++) {
      for (var design : designs.entrySet()) {
        double rate = rate(design.getKey(), design.getValue());
        if (round >= 0) {
          rates.computeIfAbsent(design.getKey(), name -> new double[ROUNDS])[round] = rate;
        }
      }
    }
    print(rates);
  }

  private static double rate(String name, Supplier<Future<?>> work) {
    int rows = name.startsWith("batch") ? BATCH : 1;
    long start = System.nanoTime();
    List<Future<Integer>> loops = new ArrayList<>();
    for (int i = 0; i < (rows > 1 ? 1 : IN_FLIGHT); i++) {
      loops.add(loop(work, start + ROUND_NANOS, 0));
    }
    int done = Future.all(loops).await().<Integer>list().stream().mapToInt(n -> n).sum();
    return done * (double) rows / ((System.nanoTime() - start) / 1e9);
  }

  private static Future<Integer> loop(Supplier<Future<?>> work, long end, int done) {
    return System.nanoTime() > end
        ? Future.succeededFuture(done)
        : work.get().compose(one -> loop(work, end, done + 1));
  }

  private Future<?> transaction(Supplier<Future<?>> work) {
    var _ = connection.query(begin).execute();
    Future<?> worked = work.get();
    return connection.query("COMMIT").execute().compose(ended -> worked);
  }

  private Supplier<Future<?>> batchRead(String table) {
    String sql =
        "SELECT t.value FROM unnest($1::uuid[], $2::int[]) AS k(tenant, id) JOIN "
            + table
            + " t ON t.tenant_id = k.tenant AND t.id = k.id";
    return () -> connection.preparedQuery(sql).execute(Tuple.from(List.of(tenants(), ids())));
  }

  private Supplier<Future<?>> batchInsert(String table) {
    String sql =
        "INSERT INTO " + table + " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bytea[])";
    return () ->
        connection.preparedQuery(sql).execute(Tuple.from(List.of(tenants(), randoms(), values())));
  }

  private Future<?> single(String table) {
    return connection
        .preparedQuery("SELECT value FROM " + table + " WHERE tenant_id = $1 AND id = $2")
        .execute(Tuple.of(TENANT, id()));
  }

  private Future<?> sessionThenSingle() {
    var _ = connection.preparedQuery(SESSION).execute(Tuple.of("{" + TENANT + "}"));
    return single("fenced");
  }

  private static UUID[] tenants() {
    UUID[] all = new UUID[BATCH];
    Arrays.fill(all, TENANT);
    return all;
  }

  private static Integer[] ids() {
    return IntStream.range(0, BATCH).mapToObj(i -> id()).toArray(Integer[]::new);
  }

  private static UUID[] randoms() {
    return IntStream.range(0, BATCH).mapToObj(i -> UUID.randomUUID()).toArray(UUID[]::new);
  }

  private static Buffer[] values() {
    return IntStream.range(0, BATCH)
        .mapToObj(i -> Buffer.buffer(new byte[32]))
        .toArray(Buffer[]::new);
  }

  private static int id() {
    return 1 + ThreadLocalRandom.current().nextInt(ROWS);
  }

  private static void print(Map<String, double[]> rates) {
    rates.forEach(
        (name, all) -> {
          Arrays.sort(all);
          System.out.printf(
              "%-50s %,10.0f rows/s (%,.0f to %,.0f)%n",
              name, all[ROUNDS / 2], all[0], all[ROUNDS - 1]);
        });
  }

  private static PgConnectOptions options(DatabaseConfig config) {
    return new PgConnectOptions()
        .setHost(config.host())
        .setPort(config.port())
        .setDatabase(config.name())
        .setUser(config.user())
        .setPassword(config.password().reveal(raw -> new String(raw, StandardCharsets.UTF_8)))
        .setCachePreparedStatements(true);
  }
}
