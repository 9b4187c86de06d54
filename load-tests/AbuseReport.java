import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes what a tenant noticed of its neighbour, as JSON for machines and as a page for people. */
record AbuseReport(int perSecond, int seconds, List<AbuseLoad.Phase> phases) {

  void write() throws IOException {
    Path directory = Files.createDirectories(Path.of("load-tests", "results"));
    String name =
        "abuse-%s-%s-%dcores"
            .formatted(
                LocalDate.now(ZoneOffset.UTC),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors());
    Files.writeString(directory.resolve(name + ".json"), json().encodePrettily() + "\n");
    Files.writeString(directory.resolve(name + ".md"), page());
    System.err.println("wrote load-tests/results/" + name + ".{json,md}");
  }

  private Courteous.Outcome baseline() {
    return phases.getFirst().good();
  }

  private JsonObject json() {
    JsonArray each = new JsonArray();
    phases.forEach(phase -> each.add(json(phase)));
    return new JsonObject()
        .put("workload", "abusive_neighbour")
        .put("java", Runtime.version().toString())
        .put("requests_per_second", perSecond)
        .put("seconds_per_phase", seconds)
        .put("phases", each);
  }

  private JsonObject json(AbuseLoad.Phase phase) {
    JsonObject errors = new JsonObject();
    phase.good().errors().forEach(errors::put);
    return new JsonObject()
        .put("name", phase.name())
        .put("requests", phase.good().requests())
        .put("failed", errors)
        .put("p50_micros", phase.good().p50())
        .put("p99_micros", phase.good().p99())
        .put("worst_micros", phase.good().worst())
        .put("broker_cores", Math.round(phase.cores() * 100) / 100.0)
        .put("heap_mib", phase.heap())
        .put("connections", phase.connections())
        .put("abuser", phase.abuse());
  }

  private String page() {
    String rows = phases.stream().map(this::row).collect(Collectors.joining());
    return String.format(
        Locale.ROOT,
        """
        # A tenant beside one that abuses the broker, %s

        The tenant reads metadata and takes leases by turns, %d requests a second for %d s in each phase, whatever becomes of them; each
        fifth on a new connection. Times are in milliseconds, from when a request was due. Broker, database, both tenants and
        the server of `flood-elsewhere` share %d cores (%s, Java %s).

        | phase | p50 | p99 | of quiet | worst | failed | broker's cores | heap MiB | connections | the abuser: connections opened, ended by the broker, MiB sent, answers |
        |---|---|---|---|---|---|---|---|---|---|
        %s
        """,
        LocalDate.now(ZoneOffset.UTC),
        perSecond,
        seconds,
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.arch"),
        Runtime.version(),
        rows.stripTrailing());
  }

  private String row(AbuseLoad.Phase phase) {
    Courteous.Outcome good = phase.good();
    return String.format(
        Locale.ROOT,
        "| %s | %.1f | %.1f | %.1f | %.1f | %d %s | %.2f | %d | %d | %s |%n",
        phase.name(),
        good.p50() / 1e3,
        good.p99() / 1e3,
        good.p99() / baseline().p99(),
        good.worst() / 1e3,
        good.failed(),
        good.errors().isEmpty() ? "" : good.errors(),
        phase.cores(),
        phase.heap(),
        phase.connections(),
        abuser(phase.abuse()));
  }

  private static String abuser(JsonObject done) {
    return done.isEmpty()
        ? "-"
        : "%d, %d, %d, %s"
            .formatted(
                done.getLong("connections_opened"),
                done.getLong("ended_by_broker"),
                done.getLong("mib_sent"),
                done.getJsonObject("answers").encode().replaceAll("[{}\"]", ""));
  }
}
