import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One tenant abuses the broker, in one way after the other; another goes on reading metadata and
 * taking leases at a steady rate. What it notices of its neighbour is what counts, beside the same
 * before and after, and beside a flood of as much at another server on the same machine.
 */
final class AbuseLoad {

  private static final int PER_SECOND = 50;
  private static final int WARM_UP_SECONDS = 8;
  private static final int HEAD_START_SECONDS = 3;

  private static final List<String> PHASES =
      List.of(
          "quiet",
          "flood-elsewhere",
          "flood",
          "flood-one-address",
          "bad-tokens",
          "bad-signatures",
          "idle",
          "idle-many-addresses",
          "slow-heads",
          "slow-bodies",
          "declared-1-gib",
          "endless-chunks",
          "deep-json",
          "many-keys",
          "large-values",
          "quiet-again");

  /** What the abusive tenant may have: little, so that it meets its quota soon. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "HUSHBUS_QUOTAS_REQUESTS_PER_SECOND", "200",
          "HUSHBUS_QUOTAS_LEASES", "20000",
          "HUSHBUS_QUOTAS_SECRETS", "1000",
          "HUSHBUS_QUOTAS_BYTES", "64MiB");

  /**
   * One phase.
   *
   * @param cores that the broker used
   * @param heap the most that was used, in MiB; what is no longer needed counts until it is
   *     collected
   * @param connections the most the broker had open
   * @param abuse what the abuser did, and was answered
   */
  record Phase(
      String name,
      Courteous.Outcome good,
      double cores,
      long heap,
      long connections,
      JsonObject abuse) {}

  /** The keys of the abusive tenant: one that is good, and one that was. */
  record Abusive(String token, String revoked) {}

  private final Broker broker;
  private final Broker router;
  private final Courteous good;
  private final Abusive abuser;
  private final int seconds;

  private AbuseLoad(Broker broker, Broker router, Courteous good, Abusive abuser, int seconds) {
    this.broker = broker;
    this.router = router;
    this.good = good;
    this.abuser = abuser;
    this.seconds = seconds;
  }

  public static void main(String[] arguments) throws Exception {
    List<String> given = List.of(arguments);
    boolean smoke = given.contains("--smoke");
    int seconds = LeaseLoad.Plan.number(given, "--seconds", smoke ? 2 : 20);
    int only = given.indexOf("--only");
    List<String> names = only < 0 ? PHASES : List.of(given.get(only + 1).split(","));
    Path work = Files.createTempDirectory("hushbus-abuse");
    List<Phase> phases = new ArrayList<>();
    try (Broker broker = Broker.dev(work, SETTINGS);
        Broker router = Broker.router(work, 400, 400)) {
      Abusive abuser = tenant(broker);
      String token = broker.environment().get("HUSHBUS_APP_TOKEN");
      prepare(broker, token);
      prepare(broker, abuser.token());
      Courteous good = new Courteous(broker.port, token, LeaseLoad.LEASE);
      AbuseLoad load = new AbuseLoad(broker, router, good, abuser, seconds);
      good.run(PER_SECOND, smoke ? 2 : WARM_UP_SECONDS);
      for (String name : names) {
        phases.add(load.phase(name));
      }
    } finally {
      LeaseLoad.delete(work);
    }
    if (!smoke && only < 0) {
      new AbuseReport(PER_SECOND, seconds, phases).write();
    }
    int failed = phases.stream().mapToInt(phase -> phase.good().failed()).sum();
    System.out.printf(Locale.ROOT, "phases %d, failed requests %d%n", phases.size(), failed);
    System.exit(failed > 0 ? 1 : 0);
  }

  private Phase phase(String name) throws Exception {
    Process process = name.startsWith("quiet") ? null : abuse(name);
    Gauges gauges = new Gauges(broker);
    Duration before = used();
    long start = System.nanoTime();
    Courteous.Outcome outcome = good.run(PER_SECOND, seconds);
    double cores = (used().toNanos() - before.toNanos()) / (double) (System.nanoTime() - start);
    gauges.stop();
    JsonObject done = process == null ? new JsonObject() : ended(process);
    Phase phase = new Phase(name, outcome, cores, gauges.heap() >> 20, gauges.connections(), done);
    System.err.printf(
        Locale.ROOT,
        "%-20s p50 %6.1f ms, p99 %6.1f ms, worst %6.1f ms, failed %d %s, %.2f cores, %d MiB, %d"
            + " connections; %s%n",
        name,
        outcome.p50() / 1e3,
        outcome.p99() / 1e3,
        outcome.worst() / 1e3,
        outcome.failed(),
        outcome.errors(),
        cores,
        phase.heap(),
        phase.connections(),
        done.encode());
    return phase;
  }

  private Duration used() {
    return broker.handle().info().totalCpuDuration().orElseThrow();
  }

  /** Starts the abuser, and gives it a head start. */
  private Process abuse(String name) throws IOException, InterruptedException {
    int port = name.equals("flood-elsewhere") ? router.port : broker.port;
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "load-tests/Abuser.java",
                name,
                Integer.toString(port),
                name.equals("bad-tokens") ? abuser.revoked() : abuser.token(),
                Integer.toString(seconds + HEAD_START_SECONDS + 2))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    process.inputReader().readLine();
    Thread.sleep(HEAD_START_SECONDS * 1000L);
    return process;
  }

  private static JsonObject ended(Process process) throws IOException, InterruptedException {
    try (BufferedReader out = process.inputReader()) {
      String line = out.readLine();
      process.waitFor();
      return line == null ? new JsonObject() : new JsonObject(line);
    }
  }

  /** Founds the abusive tenant, and gives a key to an account there that may write and lease. */
  private static Abusive tenant(Broker broker) throws IOException, InterruptedException {
    String operator = broker.environment().get("HUSHBUS_OPERATOR_TOKEN");
    String admin =
        post(broker, operator, "/tenants", "{\"name\":\"abuser\"}")
            .getJsonObject("admin")
            .getString("key");
    post(broker, admin, "/projects", "{\"name\":\"demo\"}");
    String account = post(broker, admin, "/service-accounts", "{\"name\":\"app\"}").getString("id");
    for (String role : List.of("developer", "runner")) {
      String binding = new JsonObject().put("service_account", account).put("role", role).encode();
      post(broker, admin, "/role-bindings", binding);
    }
    String keys = "/service-accounts/" + account + "/keys";
    JsonObject revoked = post(broker, admin, keys, "{}");
    broker.delete(admin, keys + "/" + revoked.getString("id"));
    return new Abusive(post(broker, admin, keys, "{}").getString("key"), revoked.getString("key"));
  }

  /** Stores what is read and leased. */
  private static void prepare(Broker broker, String app) throws IOException, InterruptedException {
    post(
        broker,
        app,
        "/secrets?project=demo&domain=development",
        "{\"name\":\"load-secret\",\"type\":\"text\",\"value\":\"" + "v".repeat(256) + "\"}");
  }

  private static JsonObject post(Broker broker, String token, String path, String body)
      throws IOException, InterruptedException {
    URI url = URI.create("http://127.0.0.1:" + broker.port + "/api/v1" + path);
    return new JsonObject(Broker.post(url, token, body));
  }

  /** Looks at the broker's own metrics, twice a second. */
  private static final class Gauges {

    private static final Pattern HEAP =
        Pattern.compile(
            "^\\S*jvm_memory_used_bytes\\{area=\"heap\"[^}]*} (\\S+)$", Pattern.MULTILINE);
    private static final Pattern CONNECTIONS =
        Pattern.compile("^hushbus_http_connections (\\S+)$", Pattern.MULTILINE);

    private final Thread looking;
    private volatile long heap;
    private volatile long connections;

    Gauges(Broker broker) {
      looking = Thread.ofVirtual().start(() -> look(broker));
    }

    private void look(Broker broker) {
      try {
        while (true) {
          String metrics = broker.metrics();
          heap = Math.max(heap, sum(HEAP, metrics));
          connections = Math.max(connections, sum(CONNECTIONS, metrics));
          Thread.sleep(500);
        }
      } catch (IOException | InterruptedException over) {
        // The phase is over, or the broker is.
      }
    }

    private static long sum(Pattern pattern, String metrics) {
      double sum = 0;
      for (Matcher found = pattern.matcher(metrics); found.find(); ) {
        sum += Double.parseDouble(found.group(1));
      }
      return (long) sum;
    }

    void stop() throws InterruptedException {
      looking.interrupt();
      looking.join();
    }

    long heap() {
      return heap;
    }

    long connections() {
      return connections;
    }
  }
}
