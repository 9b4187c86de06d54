import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How long it takes from the commit of a change to the last of a thousand subscribers, beside a
 * bare loop that writes the same bytes to as many sockets, by turns in one run. Both are read by
 * the same thread. The time of a commit is the one that the notice itself names: the database's, on
 * the same machine, taken just before COMMIT, so that a COMMIT's wait for the disk counts as the
 * broker's.
 */
final class FanOut {

  private static final int WARM_UP = 10;

  /** One change: milliseconds from its commit to the first and to the last reader. */
  record Round(double first, double last) {}

  record Plan(boolean smoke, int subscribers, int rounds) {
    static Plan of(String[] arguments) {
      List<String> given = List.of(arguments);
      boolean smoke = given.contains("--smoke");
      return new Plan(
          smoke,
          LeaseLoad.Plan.number(given, "--subscribers", smoke ? 50 : 1000),
          LeaseLoad.Plan.number(given, "--rounds", smoke ? 3 : 50));
    }
  }

  private final Plan plan;

  private FanOut(Plan plan) {
    this.plan = plan;
  }

  public static void main(String[] arguments) throws Exception {
    FanOut fanOut = new FanOut(Plan.of(arguments));
    Path work = Files.createTempDirectory("hushbus-load");
    try {
      fanOut.run(work);
    } finally {
      delete(work);
    }
    System.exit(0); // the client's threads would stay for a while
  }

  private void run(Path work) throws Exception {
    List<Round> broker = new ArrayList<>();
    List<Round> bare = new ArrayList<>();
    try (Broker under = Broker.dev(work, Fan.WIDE)) {
      String app = under.environment().get("HUSHBUS_APP_TOKEN");
      Fan.secret(under, app);
      try (Fan fan = Fan.open(under, app, plan.subscribers())) {
        for (int round = -WARM_UP; round < plan.rounds(); round++) {
          Round told = fan.told(round);
          Round written = fan.written();
          if (round >= 0) {
            broker.add(told);
            bare.add(written);
          }
        }
      }
    }
    String page = page(broker, bare);
    System.out.print(page);
    if (!plan.smoke()) {
      Path file = Path.of("load-tests", "results", "fan-out-" + machine() + ".md");
      Files.writeString(file, page);
      System.err.println("wrote " + file);
    }
  }

  private static String machine() {
    return "%s-%s-%dcores"
        .formatted(
            LocalDate.now(ZoneOffset.UTC),
            System.getProperty("os.arch"),
            Runtime.getRuntime().availableProcessors());
  }

  private String page(List<Round> broker, List<Round> bare) {
    double last = at(broker, 0.5, Round::last);
    double loop = at(bare, 0.5, Round::last);
    return String.format(
        Locale.ROOT,
        """
        # From a commit to the last of %d subscribers, %s

        %d changes of one secret, each followed by a bare loop that writes the same bytes to as many sockets of its own. Milliseconds.
        The broker's begin at the time that the database gave the notice, just before COMMIT, which counts whole milliseconds. Everything
        shares %d cores (%s, Java %s).

        | | first reader, median | last reader, median | last reader, p95 | worst |
        |---|---|---|---|---|
        | the broker | %.1f | %.1f | %.1f | %.1f |
        | a bare loop of writes | %.1f | %.1f | %.1f | %.1f |

        The last subscriber hears after %.1f times what the bare loop takes.
        """,
        plan.subscribers(),
        LocalDate.now(ZoneOffset.UTC),
        broker.size(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.arch"),
        System.getProperty("java.version"),
        at(broker, 0.5, Round::first),
        last,
        at(broker, 0.95, Round::last),
        at(broker, 1, Round::last),
        at(bare, 0.5, Round::first),
        loop,
        at(bare, 0.95, Round::last),
        at(bare, 1, Round::last),
        last / loop);
  }

  static double at(List<Round> rounds, double part, java.util.function.ToDoubleFunction<Round> of) {
    double[] sorted = rounds.stream().mapToDouble(of).sorted().toArray();
    return sorted[(int) Math.min(sorted.length - 1L, Math.round(part * (sorted.length - 1)))];
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
