import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Bars 16, 19 and 20: how long a broker takes to be ready, with no lease and with very many, and
 * what memory it takes then, beside an empty Vert.x server in the same JVM with the same flags.
 */
final class StartUp implements Stage {

  private static final int IN_ONE_REQUEST = 16;
  private static final String READY = "ready, s";
  private static final String FULL = "ready with many leases, s";
  private static final String EMPTY = "empty server ready, s";

  /** As the launcher gives them to a broker, but for the heap. */
  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-Xms32m",
          "-XX:NewRatio=1",
          "-Xmx512m",
          "-XX:-DontCompileHugeMethods",
          "-XX:+UseCompactObjectHeaders",
          "--enable-native-access=ALL-UNNAMED",
          "-Dio.netty.jfr.enabled=false");

  private final List<Double> mine = new ArrayList<>();
  private final List<Double> empty = new ArrayList<>();

  @Override
  public Set<Bar> bars() {
    return EnumSet.of(Bar.READY_FULL, Bar.IDLE_RSS, Bar.START);
  }

  @Override
  public Result measure(Bench bench) throws Exception {
    Installation none = Installation.make(bench.database(), "hushbus_none", bench.work());
    Installation many = Installation.make(bench.database(), "hushbus_many", bench.work());
    int leases = bench.many("--leases", 1_000_000, 640);
    double filling = fill(many, leases);
    List<String> other = otherServer(bench.work());
    double idle = bench.smoke() ? 0 : 5;
    Rounds rounds =
        new Rounds(bench.rounds())
            .side(READY, () -> started(none, idle))
            .side(FULL, () -> started(many, 0))
            .side(EMPTY, () -> otherStarted(bench.work(), other, idle));
    for (String side : List.of(READY, FULL, EMPTY)) {
      rounds.once(side); // what comes from the disk
    }
    mine.clear();
    empty.clear();
    rounds.run();
    return new Result(
        List.of(
            beside(Bar.READY_FULL, rounds, FULL, READY)
                .and("%,d leases, granted in %.0f s", leases, filling),
            beside(Bar.START, rounds, READY, EMPTY).and("both with a start-up cache"),
            Measured.of(
                Bar.IDLE_RSS,
                Figures.of(mine).over(Figures.of(empty)),
                "%.0f MiB beside %.0f MiB",
                Figures.of(mine).median(),
                Figures.of(empty).median())),
        List.of(),
        0);
  }

  private static Measured beside(Bar bar, Rounds rounds, String name, String other) {
    return Measured.of(
        bar,
        rounds.ratio(name, other),
        "%.2f s beside %.2f s",
        rounds.of(name).median(),
        rounds.of(other).median());
  }

  /** Leases as a broker grants them. */
  private static double fill(Installation many, int leases) throws Exception {
    double seconds;
    try (Broker broker = many.start(Map.of())) {
      Tenant tenant = Tenant.make(many.operator(broker), "crowd");
      tenant.secrets("secret", 0, IN_ONE_REQUEST);
      seconds = Leases.many(tenant, leases, IN_ONE_REQUEST);
    }
    Database.execute(many.database(), "VACUUM ANALYZE");
    long[] live = Database.numbers(many.database(), "SELECT count(*) FROM lease");
    if (live[0] < leases) {
      throw new IOException("only " + live[0] + " leases");
    }
    return seconds;
  }

  private double started(Installation installation, double idle) throws Exception {
    long begun = System.nanoTime();
    try (Broker broker = installation.start(Map.of())) {
      double took = (System.nanoTime() - begun) / 1e9;
      Thread.sleep((long) (1_000 * idle));
      mine.add(Proc.rssMib(broker.handle().pid()));
      return took;
    }
  }

  private double otherStarted(Path work, List<String> command, double idle) throws Exception {
    long begun = System.nanoTime();
    try (Broker server = Broker.other(work, "empty", 0, command)) {
      double took = (System.nanoTime() - begun) / 1e9;
      Thread.sleep((long) (1_000 * idle));
      empty.add(Proc.rssMib(server.handle().pid()));
      return took;
    }
  }

  /** The empty server as a program with a start-up cache of its own. */
  private static List<String> otherServer(Path work) throws IOException, InterruptedException {
    Path classes = Files.createDirectories(work.resolve("classes"));
    Path java = Path.of(Broker.java());
    run(
        List.of(
            java.resolveSibling("javac").toString(),
            "-cp",
            "target/hushbus.jar",
            "-d",
            classes.toString(),
            "load-tests/EmptyServer.java"));
    Path jar = work.resolve("empty.jar");
    run(
        List.of(
            java.resolveSibling("jar").toString(),
            "cf",
            jar.toString(),
            "-C",
            classes.toString(),
            "."));
    List<String> command = new ArrayList<>(List.of(java.toString()));
    command.addAll(FLAGS);
    String path = jar + ":target/hushbus.jar";
    Path cache = work.resolve("empty.aot");
    List<String> training = new ArrayList<>(command);
    training.addAll(List.of("-XX:AOTCacheOutput=" + cache, "-cp", path, "EmptyServer", "once"));
    run(training);
    command.addAll(List.of("-XX:AOTCache=" + cache, "-cp", path, "EmptyServer"));
    return command;
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (process.waitFor() != 0) {
      throw new IOException(String.format(Locale.ROOT, "failed: %s", command));
    }
  }
}
