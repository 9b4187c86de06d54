import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What it costs to have more: throughput and memory against tenants, secrets, live leases and
 * streams, and latency against load. See README.md in this directory.
 */
final class Curves {

  private static final int CONNECTIONS = 64;
  private static final int IN_ONE_REQUEST = 16;
  private static final double MIB = 1 << 20;
  private static final String DATABASE = "SELECT pg_database_size(current_database())";

  /** One point of a curve: with so many, so many a second, and so much memory. */
  record Point(
      String curve,
      int many,
      double grants,
      double reads,
      double router,
      double heapMib,
      double rssMib,
      double databaseMib,
      long errors) {

    String row() {
      return String.format(
          Locale.ROOT,
          "| %s | %,d | %.0f | %.0f | %.2f | %.2f | %.1f | %.0f | %.0f |",
          curve,
          many,
          grants,
          reads,
          grants / router,
          reads / router,
          heapMib,
          rssMib,
          databaseMib);
    }

    JsonObject json() {
      return new JsonObject()
          .put("curve", curve)
          .put("many", many)
          .put("grants_per_second", grants)
          .put("reads_per_second", reads)
          .put("router_per_second", router)
          .put("heap_mib", heapMib)
          .put("rss_mib", rssMib)
          .put("database_mib", databaseMib);
    }
  }

  private final World world;
  private final Options options;
  private final double seconds;
  private final List<Point> points = new ArrayList<>();

  private Curves(World world, Options options) {
    this.world = world;
    this.options = options;
    this.seconds = options.number("--seconds", 5, 1);
  }

  public static void main(String[] arguments) throws Exception {
    Options options =
        Options.of(arguments, "--only", "--most", "--seconds", "--smoke", "--database", "--name");
    List<Point> points = new ArrayList<>();
    List<HttpLoad.Outcome> latencies = new ArrayList<>();
    for (String curve :
        options.text("--only").orElse("tenants,secrets,leases,streams,load").split(",")) {
      Path work = Files.createTempDirectory("hushbus-load");
      try (Database database = Database.start(options.text("--database"), work);
          World world = World.start(database, work, Map.of("HUSHBUS_JAVA_OPTS", Proc.ATTACHABLE))) {
        Curves curves = new Curves(world, options);
        curves.warmUp();
        switch (curve) {
          case "tenants" -> curves.tenants();
          case "secrets" -> curves.secrets();
          case "leases" -> curves.leases();
          case "streams" -> curves.streams();
          case "load" -> latencies.addAll(curves.load());
          default -> throw new IllegalArgumentException("no such curve: " + curve);
        }
        points.addAll(curves.points);
      } finally {
        LeaseLoad.delete(work);
      }
    }
    tell(options, points, latencies);
    boolean wrong =
        points.stream().anyMatch(one -> one.errors() > 0)
            || latencies.stream().anyMatch(one -> one.errors() > 0);
    System.exit(wrong ? 1 : 0);
  }

  private void warmUp() throws Exception {
    double warm = options.smoke() ? 0.2 : 8;
    world.grants(warm);
    world.reads(warm / 2);
    world.bare(warm / 2);
  }

  /** Powers of ten, up to what was asked for. */
  private List<Integer> steps(int from, int usual, int smoke) {
    int most = options.number("--most", usual, smoke);
    List<Integer> steps = new ArrayList<>();
    for (long at = from; at <= Math.min(most, usual); at *= 10) {
      steps.add((int) at);
    }
    return steps;
  }

  /** Grants and reads over all tenants alike. */
  private void tenants() throws Exception {
    List<Tenant> all = new ArrayList<>();
    Api operator = world.installation.operator(world.broker);
    for (int step : steps(1, 10_000, 10)) {
      List<Tenant> more = Tenant.make(operator, "t" + step + "-", step - all.size());
      for (Tenant one : more) {
        one.secrets("secret", 0, 1);
      }
      all.addAll(more);
      byte[][] grants = all.stream().map(one -> one.grant("secret-0")).toArray(byte[][]::new);
      byte[][] reads = all.stream().map(one -> read(one, "secret-0")).toArray(byte[][]::new);
      point("tenants", step, grants, reads);
    }
  }

  /** Grants and reads over all secrets of a tenant alike, or 20,000 of them spread over all. */
  private void secrets() throws Exception {
    Tenant tenant = world.tenant;
    int made = 0;
    for (int step : steps(1_000, 1_000_000, 1_000)) {
      tenant.secrets("many", made, step);
      made = step;
      int used = Math.min(step, 20_000);
      byte[][] grants = new byte[used][];
      byte[][] reads = new byte[used][];
      for (int i = 0; i < used; i++) {
        String name = "many-" + (long) i * step / used;
        grants[i] = tenant.grant(name);
        reads[i] = read(tenant, name);
      }
      point("secrets", step, grants, reads);
    }
  }

  /**
   * Grants of a second and reads of one secret, with ever more leases of its tenant that live: of a
   * tenant of its own, since warming up leaves leases too.
   */
  private void leases() throws Exception {
    Tenant tenant = Tenant.make(world.installation.operator(world.broker), "counted");
    tenant.secrets("secret", 0, IN_ONE_REQUEST);
    String brief = Tenant.lease("1s", "secret-0").encode();
    byte[][] grants = {HttpLoad.request("POST", "/api/v1/leases", tenant.app(), brief)};
    byte[][] reads = {read(tenant, "secret-0")};
    int made = 0;
    for (int step : steps(1_000, 1_000_000, 1_000)) {
      Leases.many(tenant, step - made, IN_ONE_REQUEST);
      made = step;
      point("live leases", step, grants, reads);
    }
  }

  /** Grants and reads beside streams that wait. */
  private void streams() throws Exception {
    Tenant tenant = world.tenant;
    Fan.secret(world.broker, tenant.app());
    byte[][] grants = {tenant.grant("secret-0")};
    byte[][] reads = {read(tenant, "secret-0")};
    for (int step : options.smoke() ? List.of(10) : List.of(10, 100, 1_000, 5_000)) {
      try (Fan fan = Fan.open(world.broker, tenant.app(), step)) {
        fan.told(0);
        point("streams", step, grants, reads);
      }
    }
  }

  /** Latency of grants against load, up to twice of what it can do. */
  private List<HttpLoad.Outcome> load() throws Exception {
    double best = world.grants(seconds).perSecond();
    List<HttpLoad.Outcome> all = new ArrayList<>();
    for (double part : new double[] {0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 1.1, 1.5, 2}) {
      HttpLoad.Target target =
          HttpLoad.Target.http(
              world.broker.port,
              HttpLoad.Requests.always(world.tenant.grant("secret-0")),
              4 * CONNECTIONS,
              201);
      all.add(HttpLoad.open(target, part * best, seconds));
    }
    return all;
  }

  private void point(String curve, int many, byte[][] grants, byte[][] reads) throws Exception {
    long pid = world.broker.handle().pid();
    HttpLoad.Outcome bare = world.bare(seconds / 2);
    HttpLoad.Outcome granted = run(grants);
    HttpLoad.Outcome read = run(reads);
    double rss = Proc.rssMib(pid);
    double database = Database.numbers(world.installation.database(), DATABASE)[0] / MIB;
    Point point =
        new Point(
            curve,
            many,
            granted.perSecond(),
            read.perSecond(),
            bare.perSecond(),
            Proc.heap(pid) / MIB,
            rss,
            database,
            granted.errors() + read.errors());
    points.add(point);
    System.err.println(point.row());
  }

  private HttpLoad.Outcome run(byte[][] requests) throws Exception {
    return HttpLoad.closed(
        world.to(HttpLoad.Requests.inTurn(requests, CONNECTIONS), 200, 201), seconds);
  }

  private static byte[] read(Tenant tenant, String name) {
    return HttpLoad.request("GET", "/api/v1/secrets/" + name + Tenant.SCOPE, tenant.app(), "");
  }

  private static void tell(Options options, List<Point> points, List<HttpLoad.Outcome> latencies)
      throws Exception {
    StringBuilder page = new StringBuilder();
    page.append("# Cost curves, %s%n%n%s%n".formatted(Machine.date(), Machine.sentence()));
    page.append(
        """

        | against | how many | grants/s | reads/s | grants / router | reads / router | heap MiB | RSS MiB | database MiB |
        |---|---|---|---|---|---|---|---|---|
        """);
    points.forEach(one -> page.append(one.row()).append('\n'));
    page.append(
        """

        | grants answered a second | refused a second | p50, ms | p99 | p99.9 |
        |---|---|---|---|---|
        """);
    latencies.forEach(
        one ->
            page.append(
                String.format(
                    Locale.ROOT,
                    "| %.0f | %.0f | %.2f | %.2f | %.2f |%n",
                    one.perSecond(),
                    one.refused() / one.seconds(),
                    one.p50() / 1e3,
                    one.p99() / 1e3,
                    one.micros().getValueAtPercentile(99.9) / 1e3)));
    System.out.print(page);
    if (!options.smoke()) {
      Path base = options.result("curves");
      JsonArray json = new JsonArray();
      points.forEach(one -> json.add(one.json()));
      JsonArray load = new JsonArray();
      latencies.forEach(one -> load.add(latency(one)));
      Files.writeString(Path.of(base + ".md"), page);
      Files.writeString(
          Path.of(base + ".json"),
          Machine.json().put("points", json).put("load", load).encodePrettily() + "\n");
    }
  }

  private static JsonObject latency(HttpLoad.Outcome one) {
    return new JsonObject()
        .put("answered_per_second", one.perSecond())
        .put("refused_per_second", one.refused() / one.seconds())
        .put("p50_micros", one.p50())
        .put("p99_micros", one.p99())
        .put("p999_micros", one.micros().getValueAtPercentile(99.9));
  }
}
