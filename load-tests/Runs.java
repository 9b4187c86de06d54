import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Many {@code hushbus run} processes on one broker, half with the secret in a file and half in a
 * variable, through one rotation with {@code drain}. Each program notes, several times in ten
 * seconds, when it looked and which value it then had; afterwards it is known when the broker
 * retired the old value. A program that looked later than that and still had it held an invalid
 * value: there must be none.
 */
final class Runs {

  private static final String FIRST = "the-first-value-3f1c";
  private static final String SECOND = "the-second-value-77ab";
  private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":\"([^\"]*)\"");

  /** Notes the time before the look: what it then has it had later than that. */
  private static final String PROGRAM =
      """
      while [ ! -e "$OVER" ]; do
        at=$(date +%s%N)
        if [ -n "${SECRET_FILE-}" ]; then read -r value <"$SECRET_FILE"; else value=$SECRET; fi
        echo "$at $value" >>"$NOTES"
        sleep 2
      done
      """;

  /**
   * @param atOnce how many are being started at a time
   */
  record Plan(boolean smoke, int runs, int atOnce) {
    static Plan of(String[] arguments) {
      List<String> given = List.of(arguments);
      boolean smoke = given.contains("--smoke");
      return new Plan(
          smoke,
          LeaseLoad.Plan.number(given, "--runs", smoke ? 10 : 200),
          LeaseLoad.Plan.number(given, "--at-once", 8));
    }

    Duration patience() {
      return Duration.ofSeconds(60 + 4L * runs);
    }
  }

  /** One process, and where its program writes. */
  private record One(Process process, Path notes, Path log) {
    List<String> lines() throws IOException {
      return Files.exists(notes) ? Files.readAllLines(notes) : List.of();
    }

    boolean has(String value) throws IOException {
      List<String> lines = lines();
      return !lines.isEmpty() && lines.getLast().endsWith(" " + value);
    }
  }

  private final Plan plan;
  private final Path work;
  private final List<One> all = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();

  private Runs(Plan plan, Path work) {
    this.plan = plan;
    this.work = work;
  }

  public static void main(String[] arguments) throws Exception {
    Plan plan = Plan.of(arguments);
    Path work = Files.createTempDirectory("hushbus-runs");
    Runs runs = new Runs(plan, work);
    try {
      runs.run();
    } finally {
      runs.all.forEach(one -> one.process().destroy());
      delete(work);
    }
    System.exit(0); // the client's threads would stay for a while
  }

  private void run() throws Exception {
    checkRoom();
    Map<String, String> settings =
        Map.of(
            "HUSHBUS_LIMITS_REQUESTS_PER_SECOND", "1000000",
            "HUSHBUS_LIMITS_BURST", "1000000");
    try (Broker broker = Broker.dev(work, settings)) {
      String app = broker.environment().get("HUSHBUS_APP_TOKEN");
      Broker.post(
          api(broker, "/secrets?project=demo"),
          app,
          value("\"name\":\"shared\",\"type\":\"text\",", FIRST));
      Instant begun = Instant.now();
      startAll(broker);
      Duration started = Duration.between(begun, Instant.now());
      long memory = memory();

      Instant rotated = Instant.now();
      String answer =
          Broker.post(
              api(broker, "/secrets/shared/rotations?project=demo"),
              app,
              value("\"grace\":\"1h\",", SECOND));
      String rotation = field(answer, "id");
      await("all have the new value", () -> all.stream().allMatch(one -> holds(one, SECOND)));
      Duration moved = Duration.between(rotated, Instant.now());
      await("the rotation is over", () -> phase(broker, app, rotation).equals("completed"));
      Instant retired =
          Instant.parse(field(get(broker, app, "/rotations/" + rotation), "ended_at"));
      await("all have looked since", () -> all.stream().allMatch(one -> looked(one, retired)));
      List<String> invalid = invalid(retired);
      long looks = looks();

      Files.createFile(work.resolve("over"));
      await("all have ended", () -> all.stream().noneMatch(one -> one.process().isAlive()));
      long failed = all.stream().filter(one -> one.process().exitValue() != 0).count();
      String page =
          page(
              started,
              memory,
              moved,
              Duration.between(rotated, retired),
              looks,
              invalid.size(),
              failed);
      System.out.print(page);
      if (!plan.smoke()) {
        Path file = Path.of("load-tests", "results", "runs-" + machine() + ".md");
        Files.writeString(file, page);
        System.err.println("wrote " + file);
      }
      if (!invalid.isEmpty() || failed > 0) {
        throw new IOException(failed + " ended with an error; invalid: " + invalid);
      }
    }
  }

  // ---- the programs

  private void startAll(Broker broker) throws Exception {
    for (int i = 0; i < plan.runs(); i++) {
      all.add(start(broker, i));
      int allowed = plan.atOnce();
      await(
          "those before are there",
          () -> all.stream().filter(one -> !holds(one, FIRST)).count() < allowed);
    }
    await("all are there", () -> all.stream().allMatch(one -> holds(one, FIRST)));
  }

  private One start(Broker broker, int number) throws IOException {
    Path home = Files.createDirectory(work.resolve("run-" + number));
    boolean file = number % 2 == 0;
    List<String> need =
        file
            ? List.of("--file", home.resolve("etc/secret") + "=shared")
            : List.of("--env", "SECRET=shared");
    List<String> command = new ArrayList<>(List.of("./hushbus", "run", "--grace", "30s"));
    command.addAll(need);
    command.addAll(List.of("--", "sh", "-c", PROGRAM));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder
        .environment()
        .putAll(
            Map.of(
                "HUSHBUS_ADDR",
                "http://127.0.0.1:" + broker.port,
                "HUSHBUS_TOKEN",
                broker.environment().get("HUSHBUS_RUNNER_TOKEN"),
                "HUSHBUS_PROJECT",
                "demo",
                "HUSHBUS_JAVA_OPTS",
                "-Xmx24m -Xss256k -XX:ReservedCodeCacheSize=16m" + " -XX:CICompilerCount=1",
                "NOTES",
                home.resolve("notes").toString(),
                "OVER",
                work.resolve("over").toString()));
    if (file) {
      builder.environment().put("SECRET_FILE", home.resolve("etc/secret").toString());
    }
    Path log = home.resolve("log");
    Process process =
        builder
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    return new One(process, home.resolve("notes"), log);
  }

  private static boolean holds(One one, String value) {
    try {
      if (!one.process().isAlive()) {
        throw new IOException("a run has ended: " + Files.readString(one.log()));
      }
      return one.has(value);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static long nanos(Instant time) {
    return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
  }

  /** Whether it has looked after that time: else it would show nothing that it never held it. */
  private static boolean looked(One one, Instant time) {
    try {
      return Long.parseLong(one.lines().getLast().split(" ", 2)[0]) > nanos(time);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private long looks() throws IOException {
    long looks = 0;
    for (One one : all) {
      looks += one.lines().size();
    }
    return looks;
  }

  /**
   * Looks that a service with the broker's valid versions would have turned away: which began after
   * the old value was retired and saw it, and those at any time that saw none of both values, or
   * the old one after the new one.
   */
  private List<String> invalid(Instant retired) throws IOException {
    List<String> found = new ArrayList<>();
    for (One one : all) {
      boolean moved = false;
      for (String line : one.lines()) {
        String[] parts = line.split(" ", 2);
        boolean second = parts[1].equals(SECOND);
        boolean first = parts[1].equals(FIRST) && !moved;
        if (!second && (!first || Long.parseLong(parts[0]) > nanos(retired))) {
          found.add(one.notes() + ": " + line);
        }
        moved |= second;
      }
    }
    return found;
  }

  /** Memory of all of them, in MiB; of what several share each counts its part. */
  private long memory() throws IOException {
    long kilobytes = 0;
    for (One one : all) {
      Path page = Path.of("/proc/" + one.process().pid() + "/smaps_rollup");
      for (String line : Files.readAllLines(page)) {
        if (line.startsWith("Pss:")) {
          kilobytes += Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    }
    return kilobytes >> 10;
  }

  /** What such a process has at most, by its flags and what a run without load was seen to have. */
  private static final long MOST_MEBIBYTES = 96;

  /** Rather nothing at all than a machine that swaps, or ends what it likes. */
  private void checkRoom() throws IOException {
    long room = 0;
    for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
      if (line.startsWith("MemAvailable:")) {
        room = Long.parseLong(line.replaceAll("\\D", "")) >> 10;
      }
    }
    if (room < plan.runs() * MOST_MEBIBYTES) {
      throw new IOException(
          "%d runs may take %d MiB, and %d are there: say --runs N with fewer"
              .formatted(plan.runs(), plan.runs() * MOST_MEBIBYTES, room));
    }
  }

  // ---- the broker

  private static URI api(Broker broker, String path) {
    return URI.create("http://127.0.0.1:" + broker.port + "/api/v1" + path);
  }

  private static String value(String more, String text) {
    return "{" + more + "\"value\":\"" + text + "\"}";
  }

  private String get(Broker broker, String token, String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(api(broker, path))
            .header("Authorization", "Bearer " + token)
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException("HTTP " + answer.statusCode() + " from " + path);
    }
    return answer.body();
  }

  private String phase(Broker broker, String token, String rotation) throws Exception {
    return field(get(broker, token, "/rotations/" + rotation), "phase");
  }

  private static String field(String json, String name) {
    Matcher fields = FIELD.matcher(json);
    while (fields.find()) {
      if (fields.group(1).equals(name)) {
        return fields.group(2);
      }
    }
    throw new IllegalStateException("no " + name + " in " + json);
  }

  // ---- waiting, and what came of it

  private interface Condition {
    boolean holds() throws Exception;
  }

  private void await(String what, Condition condition) throws Exception {
    long until = System.nanoTime() + plan.patience().toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > until) {
        throw new IOException("not in time: " + what);
      }
      Thread.sleep(100);
    }
  }

  private String page(
      Duration started,
      long memory,
      Duration moved,
      Duration retired,
      long looks,
      int invalid,
      long failed) {
    return String.format(
        Locale.ROOT,
        """
        # A rotation under %d programs, %s

        %d `hushbus run` processes on one broker, half with the secret in a file and half in a variable; one rotation with `drain`. Everything
        shares %d cores (%s, Java %s).

        | | |
        |---|---|
        | until all ran, at most %d starting at a time | %.1f s |
        | memory of all `hushbus run` together, without their programs (PSS) | %d MiB, %d each |
        | from the rotation to the last program seen with the new value (each looks every 2 s) | %.1f s |
        | from the rotation to the end of the drain | %.1f s |
        | looks at the value, each program at least once after the end of the drain | %d |
        | of these invalid: neither value, the old one after the new one, or after it was retired | %d |
        | programs that ended with an error | %d |
        """,
        plan.runs(),
        LocalDate.now(ZoneOffset.UTC),
        plan.runs(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.arch"),
        System.getProperty("java.version"),
        plan.atOnce(),
        started.toMillis() / 1e3,
        memory,
        memory / plan.runs(),
        moved.toMillis() / 1e3,
        retired.toMillis() / 1e3,
        looks,
        invalid,
        failed);
  }

  private static String machine() {
    return "%s-%s-%dcores"
        .formatted(
            LocalDate.now(ZoneOffset.UTC),
            System.getProperty("os.arch"),
            Runtime.getRuntime().availableProcessors());
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
