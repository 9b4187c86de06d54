import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Lease grants by HTTP, beside a bare router and beside pgbench on the same database, round after
 * round in one run. What counts is the ratios: all sides share the machine and its neighbours.
 */
final class LeaseLoad {

  private static final int[] CLIENTS = {8, 32, 64};

  static final String LEASE =
      """
      {"project":"demo","domain":"development","secrets":[{"secret":"load-secret"}],"ttl":"15m"}\
      """;

  /** One round: answers a second of the router and the broker, rows a second of pgbench's best. */
  record Round(HttpLoad.Outcome router, HttpLoad.Outcome leases, double commits, double rows) {
    double commitsPerLease() {
      return commits / leases.answers();
    }
  }

  record Plan(boolean smoke, int rounds, int seconds, int connections) {
    static Plan of(String[] arguments) {
      List<String> given = List.of(arguments);
      boolean smoke = given.contains("--smoke");
      return new Plan(
          smoke,
          number(given, "--rounds", smoke ? 1 : 5),
          number(given, "--seconds", smoke ? 1 : 4),
          number(given, "--connections", 64));
    }

    static int number(List<String> given, String name, int otherwise) {
      int at = given.indexOf(name);
      return at < 0 ? otherwise : Integer.parseInt(given.get(at + 1));
    }
  }

  private final Plan plan;
  private final Broker broker;
  private final Broker router;
  private final Pgbench pgbench;
  private final boolean ceiling;
  private final String token;

  private LeaseLoad(
      Plan plan, Broker broker, Broker router, Pgbench pgbench, boolean ceiling, String token) {
    this.plan = plan;
    this.broker = broker;
    this.router = router;
    this.pgbench = pgbench;
    this.ceiling = ceiling;
    this.token = token;
  }

  public static void main(String[] arguments) throws Exception {
    Plan plan = Plan.of(arguments);
    boolean ceiling = Pgbench.isInstalled();
    if (!ceiling) {
      System.err.println(
          "no pgbench on the PATH: measuring without the database's ceiling (apt-get install"
              + " postgresql-15 or newer has it)");
    }
    Path work = Files.createTempDirectory("hushbus-load");
    List<Round> rounds = new ArrayList<>();
    String database;
    try (Broker broker = Broker.dev(work)) {
      String token = prepare(broker);
      String answer = Broker.post(broker.leases(), token, LEASE);
      try (Broker router = Broker.router(work, answer.length(), 400);
          Pgbench pgbench = new Pgbench(broker.database(), work)) {
        database = pgbench.version();
        LeaseLoad load = new LeaseLoad(plan, broker, router, pgbench, ceiling, token);
        load.warmUp();
        for (int i = 0; i < plan.rounds(); i++) {
          rounds.add(load.round(i));
        }
      }
    } finally {
      delete(work);
    }
    if (!plan.smoke()) {
      new Report(plan.connections(), plan.seconds(), database, rounds).write();
    }
    long errors = rounds.stream().mapToLong(r -> r.leases().errors() + r.router().errors()).sum();
    long leases = rounds.stream().mapToLong(r -> r.leases().answers()).sum();
    System.out.printf(Locale.ROOT, "leases %d, errors %d%n", leases, errors);
    System.exit(errors > 0 || leases == 0 ? 1 : 0);
  }

  /** Stores the secret that is leased and returns the token of who leases it. */
  private static String prepare(Broker broker) throws IOException, InterruptedException {
    var environment = broker.environment();
    String app = environment.get("HUSHBUS_APP_TOKEN");
    URI secrets =
        URI.create(
            "http://127.0.0.1:" + broker.port + "/api/v1/secrets?project=demo&domain=development");
    Broker.post(
        secrets,
        app,
        "{\"name\":\"load-secret\",\"type\":\"text\",\"value\":\"" + "v".repeat(256) + "\"}");
    return environment.get("HUSHBUS_RUNNER_TOKEN");
  }

  private void warmUp() throws IOException {
    double seconds = plan.smoke() ? 1 : 8;
    post(broker, seconds);
    post(router, seconds / 2);
  }

  /** The sides take turns in going first. */
  private Round round(int index) throws Exception {
    HttpLoad.Outcome bare = index % 2 == 0 ? post(router, plan.seconds()) : null;
    pgbench.checkpoint();
    long before = pgbench.commits();
    HttpLoad.Outcome leases = post(broker, plan.seconds());
    // Servers report their counters at most once a second.
    Thread.sleep(1_500);
    double commits = pgbench.commits() - before;
    bare = bare == null ? post(router, plan.seconds()) : bare;
    double rows = 0;
    for (int clients : ceiling ? CLIENTS : new int[0]) {
      rows = Math.max(rows, pgbench.rowsPerSecond(clients, Math.max(1, plan.seconds() / 2)));
    }
    System.err.printf(
        Locale.ROOT,
        "round %d: router %.0f/s, leases %.0f/s, pgbench %.0f/s, commits per lease %.4f%n",
        index + 1,
        bare.perSecond(),
        leases.perSecond(),
        rows,
        commits / leases.answers());
    return new Round(bare, leases, commits, rows);
  }

  private HttpLoad.Outcome post(Broker to, double seconds) throws IOException {
    return HttpLoad.post(to.leases(), token, LEASE, 201, plan.connections(), seconds);
  }

  static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
    double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(
              file -> {
                try {
                  Files.deleteIfExists(file);
                } catch (IOException failed) {
                  throw new UncheckedIOException(failed);
                }
              });
    }
  }
}
