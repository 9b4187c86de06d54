import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * A database set up as an operator would, from which brokers are started: its settings, and the key
 * of its operator.
 */
record Installation(
    Path work, Pgbench.Target database, Map<String, String> settings, String operator) {

  /** Limits that do not end a load test. */
  private static final Map<String, String> WIDE =
      Map.ofEntries(
          Map.entry("HUSHBUS_DEVELOPMENT", "true"),
          Map.entry("HUSHBUS_LOG_FORMAT", "text"),
          Map.entry("HUSHBUS_LIMITS_REQUESTS_PER_SECOND", "1000000"),
          Map.entry("HUSHBUS_LIMITS_BURST", "1000000"),
          Map.entry("HUSHBUS_LIMITS_CONNECTIONS", "20000"),
          Map.entry("HUSHBUS_SERVER_MAX_CONNECTIONS", "20000"),
          Map.entry("HUSHBUS_QUOTAS_REQUESTS_PER_SECOND", "1000000"),
          Map.entry("HUSHBUS_QUOTAS_SECRETS", "10000000"),
          Map.entry("HUSHBUS_QUOTAS_VERSIONS", "100000000"),
          Map.entry("HUSHBUS_QUOTAS_BYTES", "1000000MiB"),
          Map.entry("HUSHBUS_QUOTAS_LEASES", "100000000"),
          Map.entry("HUSHBUS_QUOTAS_PROJECT_LEASES", "100000000"),
          Map.entry("HUSHBUS_QUOTAS_STREAMS", "100000"),
          Map.entry("HUSHBUS_EVENTS_MAX_STREAMS", "100000"),
          Map.entry("HUSHBUS_EVENTS_MAX_STREAMS_PER_PRINCIPAL", "100000"));

  static Installation make(Database database, String name, Path work)
      throws IOException, InterruptedException, SQLException {
    Pgbench.Target target = database.make(name);
    Map<String, String> settings = new HashMap<>(WIDE);
    settings.putAll(database.settings(name));
    settings.put("HUSHBUS_ROOT_KEY_PATH", work.resolve(name + ".key").toString());
    Map<String, String> owner = new HashMap<>(settings);
    owner.putAll(database.ownerSettings());
    command(owner, "migrate");
    String operator = command(settings, "init", "--generate-root-key");
    return new Installation(work, target, settings, operator);
  }

  /** A broker on it. */
  Broker start(Map<String, String> further) throws IOException, InterruptedException {
    Map<String, String> all = new HashMap<>(settings);
    all.putAll(further);
    return Broker.server(work, database.database(), all);
  }

  Api operator(Broker broker) {
    return new Api(broker.port, operator);
  }

  private static String command(Map<String, String> settings, String... words)
      throws IOException, InterruptedException {
    String[] all = new String[words.length + 1];
    all[0] = "./hushbus";
    System.arraycopy(words, 0, all, 1, words.length);
    ProcessBuilder builder = new ProcessBuilder(all);
    builder.environment().putAll(settings);
    Path said = Path.of(settings.get("HUSHBUS_ROOT_KEY_PATH") + ".log");
    Process process = builder.redirectError(said.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("hushbus " + words[0] + " failed: " + Files.readString(said));
    }
    return out.strip();
  }
}
