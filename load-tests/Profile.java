import java.io.IOException;
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
  private static final String SAMPLE = "jdk.ExecutionSample";

  private Profile() {}

  public static void main(String[] arguments) throws Exception {
    Options options = Options.of(arguments);
    String workload = options.text("--of").orElse("grant");
    double seconds = options.number("--seconds", 20, 2);
    Path work = Files.createTempDirectory("hushbus-load");
    try {
      Path recording = work.resolve("broker.jfr");
      String opts =
          "-XX:StartFlightRecording=settings=profile,jdk.ExecutionSample#period=5ms,filename="
              + recording;
      String rate;
      Instant from;
      try (Database database = Database.start(options.text("--database"), work);
          World world = World.start(database, work, Map.of("HUSHBUS_JAVA_OPTS", opts))) {
        from = warm(world, workload, options.number("--warm", 15, 1));
        rate = loaded(world, workload, seconds);
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

  /** After a while of the same, so that what is compiled by then is looked at. */
  private static Instant warm(World world, String workload, double seconds) throws IOException {
    load(world, workload, seconds);
    return Instant.now();
  }

  private static String loaded(World world, String workload, double seconds) throws Exception {
    long pid = world.broker.handle().pid();
    Map<String, Double> before = Proc.threads(pid);
    double cpu = Proc.cpuSeconds(pid);
    long commits = world.pgbench.commits();
    HttpLoad.Outcome outcome = load(world, workload, seconds);
    double each = (world.pgbench.commits() - commits) / (double) outcome.answers();
    double all = Proc.cpuSeconds(pid) - cpu;
    String by =
        Proc.threads(pid).entrySet().stream()
            .map(one -> Map.entry(one.getKey(), spent(one, before) * 1e6 / outcome.answers()))
            .filter(one -> one.getValue() >= 1)
            .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
            .map(one -> String.format(Locale.ROOT, "%s %.0f", one.getKey(), one.getValue()))
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "%.0f/s, %.0f us of the broker's processor time each: %s; %.3f transactions each",
        outcome.perSecond(),
        all * 1e6 / outcome.answers(),
        by,
        each);
  }

  private static double spent(Map.Entry<String, Double> now, Map<String, Double> before) {
    return now.getValue() - before.getOrDefault(now.getKey(), 0.0);
  }

  private static HttpLoad.Outcome load(World world, String workload, double seconds)
      throws IOException {
    return switch (workload) {
      case "grant" -> world.grants(seconds);
      case "read" -> world.reads(seconds);
      default -> throw new IllegalArgumentException("no such workload: " + workload);
    };
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
    return "%s: %s\n%s\n%d samples of running threads (JFR)\n\nat the top of the stack:\n%s\nsomewhere on the stack, the broker's own:\n%s"
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
