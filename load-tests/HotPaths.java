import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Bars 1 to 8, 18 and 21: grants, renewals, reads and writes beside the router and pgbench. */
final class HotPaths implements Stage {

  private static final double OPEN_RATE = 1_000;
  private static final int OPEN_CONNECTIONS = 32;
  private static final int OVERLOAD_CONNECTIONS = 1_024;
  private static final String ROUTER = "bare router";
  private static final String ROWS = "pgbench rows";
  private static final String GRANT = "lease grant";
  private static final String READ = "metadata read";
  private static final String HOT =
      "SELECT pg_stat_get_tuples_updated(oid), pg_stat_get_tuples_hot_updated(oid) FROM pg_class"
          + " WHERE oid = 'lease'::regclass";

  private final List<Double> commits = new ArrayList<>();
  private final List<Double> hot = new ArrayList<>();
  private final List<Double> opened = new ArrayList<>();

  @Override
  public Set<Bar> bars() {
    return EnumSet.of(
        Bar.GRANT_ROWS,
        Bar.GRANT_ROUTER,
        Bar.COMMITS,
        Bar.ENVIRONMENT,
        Bar.RENEW,
        Bar.HOT,
        Bar.READ,
        Bar.WRITE,
        Bar.OVERLOAD,
        Bar.LATENCY);
  }

  @Override
  public Result measure(Bench bench) throws Exception {
    try (World world = World.start(bench.database(), bench.work(), Map.of())) {
      Writers writers = Writers.make(world, World.CONNECTIONS);
      HttpLoad.Requests renewals = world.renewals(bench.smoke() ? 128 : 4_096);
      Rounds rounds = rounds(world, bench, writers, renewals);
      rounds.warmUp(bench.smoke() ? 1 : 4);
      List.of(commits, hot, opened).forEach(List::clear);
      rounds.run();
      return new Result(measured(rounds), workloads(rounds), rounds.errors());
    }
  }

  private Rounds rounds(World world, Bench bench, Writers writers, HttpLoad.Requests renewals) {
    double seconds = bench.seconds();
    return new Rounds(bench.rounds())
        .load(ROUTER, () -> world.bare(seconds))
        .load("bare router, GET", () -> world.bareReads(seconds))
        .side(ROWS, () -> world.rows(seconds))
        .load(GRANT, () -> counted(world, seconds))
        .load("environment of 8", () -> world.environments(seconds))
        .load("renew", () -> renewed(world, renewals, seconds))
        .load(READ, () -> world.reads(seconds))
        .load("create", () -> HttpLoad.closed(world.to(writers.creating(), 201), seconds))
        .load("replace", () -> HttpLoad.closed(world.to(writers.replacing(), 200), seconds))
        .load("overload", () -> overloaded(world, seconds))
        .side("fdatasync, us", () -> Disk.syncMicros(world.work))
        .load("grant at 1,000/s", () -> opened(world, seconds));
  }

  /** Grants, and the commits that they took. */
  private HttpLoad.Outcome counted(World world, double seconds) throws Exception {
    world.pgbench.checkpoint();
    long before = world.pgbench.commits();
    HttpLoad.Outcome outcome = world.grants(seconds);
    Thread.sleep(1_500); // servers report their counters at most once a second
    commits.add((world.pgbench.commits() - before) / (double) outcome.answers());
    return outcome;
  }

  private HttpLoad.Outcome renewed(World world, HttpLoad.Requests renewals, double seconds)
      throws Exception {
    Thread.sleep(1_100);
    long[] before = Database.numbers(world.installation.database(), HOT);
    HttpLoad.Outcome outcome = HttpLoad.closed(world.to(renewals, 200), seconds);
    Thread.sleep(1_500);
    long[] after = Database.numbers(world.installation.database(), HOT);
    hot.add((after[1] - before[1]) / (double) (after[0] - before[0]));
    return outcome;
  }

  /** Twice what it could do a moment ago, over many connections. */
  private static HttpLoad.Outcome overloaded(World world, double seconds) throws Exception {
    double best = world.grants(seconds / 2).perSecond();
    HttpLoad.Target target =
        HttpLoad.Target.http(
            world.broker.port,
            HttpLoad.Requests.always(world.tenant.grant("secret-0")),
            OVERLOAD_CONNECTIONS,
            201);
    return HttpLoad.open(target, 2 * best, seconds);
  }

  private HttpLoad.Outcome opened(World world, double seconds) throws Exception {
    HttpLoad.Target target =
        HttpLoad.Target.http(
            world.broker.port,
            HttpLoad.Requests.always(world.tenant.grant("secret-0")),
            OPEN_CONNECTIONS,
            201);
    HttpLoad.Outcome outcome = HttpLoad.open(target, OPEN_RATE, seconds);
    opened.add(outcome.p50());
    return outcome;
  }

  private List<Measured> measured(Rounds rounds) {
    Figures slowest =
        rounds.of("create").median() < rounds.of("replace").median()
            ? rounds.ratio("create", ROWS)
            : rounds.ratio("replace", ROWS);
    List<Measured> all = new ArrayList<>();
    all.add(beside(Bar.GRANT_ROWS, rounds, GRANT, ROWS));
    all.add(beside(Bar.GRANT_ROUTER, rounds, GRANT, ROUTER));
    all.add(Measured.of(Bar.COMMITS, Figures.of(commits), ""));
    all.add(
        Measured.of(
            Bar.ENVIRONMENT,
            rounds.ratio("environment of 8", GRANT).times(8),
            "%.0f leases/s",
            rounds.of("environment of 8").median() * 8));
    all.add(beside(Bar.RENEW, rounds, "renew", GRANT));
    all.add(Measured.of(Bar.HOT, Figures.of(hot), ""));
    all.add(beside(Bar.READ, rounds, READ, "bare router, GET"));
    all.add(
        rounds.of(ROWS).median() > 0
            ? Measured.of(
                Bar.WRITE,
                slowest,
                "create %.0f/s, replace %.0f/s beside %.0f/s",
                rounds.of("create").median(),
                rounds.of("replace").median(),
                rounds.of(ROWS).median())
            : withoutRows(Bar.WRITE));
    all.add(beside(Bar.OVERLOAD, rounds, "overload", GRANT));
    Figures waits = Figures.of(opened);
    all.add(
        Measured.of(
            Bar.LATENCY,
            waits.over(rounds.of("fdatasync, us")),
            "%.0f us beside %.0f us",
            waits.median(),
            rounds.of("fdatasync, us").median()));
    return all;
  }

  private static Measured beside(Bar bar, Rounds rounds, String mine, String ceiling) {
    return Double.isNaN(rounds.of(ceiling).median())
        ? withoutRows(bar)
        : Measured.of(
            bar,
            rounds.ratio(mine, ceiling),
            "%.0f/s beside %.0f/s",
            rounds.of(mine).median(),
            rounds.of(ceiling).median());
  }

  private static Measured withoutRows(Bar bar) {
    return Measured.missing(bar, "no pgbench on the PATH");
  }

  private static List<Workload> workloads(Rounds rounds) {
    return rounds.loads().stream()
        .map(name -> Workload.of(rounds, name, name.startsWith(ROUTER) ? "" : ROUTER))
        .toList();
  }
}
