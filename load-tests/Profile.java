import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/** Where the broker's processor time goes under a workload, as text: see README.md. */
final class Profile {

  private static final int TOP = 60;

  /** More than the pool has connections; each needs a tenant of its own. */
  private static final int WRITERS = 16;

  private static final String SAMPLE = "jdk.CPUTimeSample";
  private static final String SERVERS = "SELECT pid FROM pg_stat_activity";

  private Profile() {}

  public static void main(String[] arguments) throws Exception {
    Options options =
        Options.of(arguments, "--of", "--tenants", "--seconds", "--warm", "--smoke", "--database");
    String workload = options.text("--of").orElse("grant");
    double seconds = options.number("--seconds", 20, 2);
    Path work = Files.createTempDirectory("hushbus-load");
    try {
      Path recording = work.resolve("broker.jfr");
      String opts =
          "-XX:FlightRecorderOptions=stackdepth=256 -XX:StartFlightRecording=settings=profile,"
              + "jdk.CPUTimeSample#enabled=true,jdk.CPUTimeSample#throttle=1ms,filename="
              + recording;
      String rate;
      Instant from;
      try (Database database = Database.start(options.text("--database"), work);
          World world = World.start(database, work, Map.of("HUSHBUS_JAVA_OPTS", opts))) {
        Supply supply = supply(world, workload, options.number("--tenants", 1_000, 4));
        supply.run(options.number("--warm", 15, 1));
        from = Instant.now(); // what is compiled by then is looked at
        rate = loaded(world, supply, seconds);
      }
      String page = page(workload, rate, from, RecordingFile.readAllEvents(recording));
      System.out.print(page);
      if (!options.smoke()) {
        Path file =
            Path.of("load-tests/results/profile-" + workload + "-" + Machine.today() + ".txt");
        Files.writeString(file, page);
      }
    } finally {
      LeaseLoad.delete(work);
    }
    System.exit(0);
  }

  /** A workload, for so many seconds. */
  private interface Supply {
    HttpLoad.Outcome run(double seconds) throws Exception;
  }

  private static Supply supply(World world, String workload, int tenants) throws Exception {
    return switch (workload) {
      case "grant" -> world::grants;
      case "environment" -> world::environments;
      case "renew" -> renewals(world);
      case "read" -> world::reads;
      case "token" -> closed(world.to(HttpLoad.Requests.always(Checks.asked(world)), 400));
      case "create" -> closed(world, writers(world).creating(), 201);
      case "replace" -> closed(world, writers(world).replacing(), 200);
      case "tenants" -> closed(world.to(grants(world, tenants), 201));
      case "day" ->
          closed(MixedDay.of(many(world, tenants)).target(world.broker.port, World.CONNECTIONS));
      case "change" -> closed(world, writers(world).changing(), 200);
      default -> throw new IllegalArgumentException("no such workload: " + workload);
    };
  }

  private static List<Tenant> many(World world, int tenants) throws Exception {
    return Tenant.make(world.installation.operator(world.broker), "one-", tenants);
  }

  /** Over all tenants alike. */
  private static HttpLoad.Requests grants(World world, int tenants) throws Exception {
    List<Tenant> all = many(world, tenants);
    for (Tenant one : all) {
      one.secrets("secret", 0, 1);
    }
    return HttpLoad.Requests.inTurn(
        all.stream().map(one -> one.grant("secret-0")).toArray(byte[][]::new), World.CONNECTIONS);
  }

  private static Supply closed(HttpLoad.Target target) {
    return seconds -> HttpLoad.closed(target, seconds);
  }

  private static Supply renewals(World world) throws Exception {
    return closed(world.to(world.renewals(4_096), 200));
  }

  private static Writers writers(World world) throws Exception {
    return Writers.make(world, WRITERS);
  }

  private static Supply closed(World world, HttpLoad.Requests requests, int good) {
    return closed(HttpLoad.Target.http(world.broker.port, requests, WRITERS, good));
  }

  /** Of the server processes that this database has now, where they are on this machine. */
  private static double serverSeconds(World world) throws Exception {
    double all = 0;
    for (long pid : Database.column(world.installation.database(), SERVERS)) {
      all += Files.exists(Path.of("/proc/" + pid)) ? Proc.cpuSeconds(pid) : 0;
    }
    return all;
  }

  private static String loaded(World world, Supply supply, double seconds) throws Exception {
    long pid = world.broker.handle().pid();
    Map<String, Double> before = Proc.threads(pid);
    double cpu = Proc.cpuSeconds(pid);
    long commits = world.pgbench.commits();
    double servers = serverSeconds(world);
    HttpLoad.Outcome outcome = supply.run(seconds);
    double all = Proc.cpuSeconds(pid) - cpu;
    double theirs = serverSeconds(world) - servers;
    String by =
        Proc.threads(pid).entrySet().stream()
            .map(one -> Map.entry(one.getKey(), spent(one, before) * 1e6 / outcome.answers()))
            .filter(one -> one.getValue() >= 1)
            .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
            .map(one -> String.format(Locale.ROOT, "%s %.0f", one.getKey(), one.getValue()))
            .collect(Collectors.joining(", "));
    Thread.sleep(1_500); // servers report their counters at most once a second
    return String.format(
        Locale.ROOT,
        "%.0f/s, %.0f us of the broker's processor time each: %s; %.0f us of PostgreSQL's, %.3f"
            + " transactions each",
        outcome.perSecond(),
        all * 1e6 / outcome.answers(),
        by,
        theirs * 1e6 / outcome.answers(),
        (world.pgbench.commits() - commits) / (double) outcome.answers());
  }

  private static double spent(Map.Entry<String, Double> now, Map<String, Double> before) {
    return now.getValue() - before.getOrDefault(now.getKey(), 0.0);
  }

  private static String page(
      String workload, String rate, Instant from, List<RecordedEvent> events) {
    Map<String, Integer> here = new HashMap<>();
    Map<String, Integer> below = new HashMap<>();
    int samples = 0;
    for (RecordedEvent event : events) {
      if (!event.getEventType().getName().equals(SAMPLE)
          || event.getStackTrace() == null
          || event.getStartTime().isBefore(from)) {
        continue;
      }
      samples++;
      List<RecordedFrame> frames = event.getStackTrace().getFrames();
      here.merge(name(frames.getFirst()), 1, Integer::sum);
      Set<String> once = new HashSet<>();
      frames.stream()
          .map(Profile::name)
          .filter(once::add)
          .forEach(name -> below.merge(name, 1, Integer::sum));
    }
    return "%s: %s\n%s\n%d samples of processor time (JFR)\n\nat the top of the stack:\n%s\nsomewhere on the stack, the broker's own:\n%s"
        .formatted(
            workload,
            rate,
            Machine.sentence(),
            samples,
            top(here, samples, ""),
            top(below, samples, "io.hushbus."));
  }

  private static String name(RecordedFrame frame) {
    return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
  }

  private static String top(Map<String, Integer> counts, int samples, String prefix) {
    StringBuilder text = new StringBuilder();
    counts.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(prefix))
        .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()))
        .limit(TOP)
        .forEach(
            entry ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        "%5.1f %%  %s%n",
                        100.0 * entry.getValue() / samples,
                        entry.getKey())));
    return text.toString();
  }
}
