import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes what was measured as JSON for machines and as a page for people. */
record Report(int connections, int seconds, String database, List<LeaseLoad.Round> rounds) {

  void write() throws IOException {
    Path directory = Files.createDirectories(Path.of("load-tests", "results"));
    String name =
        "%s-%s-%dcores"
            .formatted(
                LocalDate.now(ZoneOffset.UTC),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors());
    Files.writeString(directory.resolve(name + ".json"), json());
    Files.writeString(directory.resolve(name + ".md"), page());
    System.err.println("wrote load-tests/results/" + name + ".{json,md}");
  }

  private double routers() {
    return LeaseLoad.median(rounds, r -> r.router().perSecond());
  }

  private double leases() {
    return LeaseLoad.median(rounds, r -> r.leases().perSecond());
  }

  private double rows() {
    return LeaseLoad.median(rounds, LeaseLoad.Round::rows);
  }

  private double toRouter() {
    return LeaseLoad.median(rounds, r -> r.leases().perSecond() / r.router().perSecond());
  }

  private double toRows() {
    return rows() == 0
        ? Double.NaN
        : LeaseLoad.median(rounds, r -> r.leases().perSecond() / r.rows());
  }

  private double commits() {
    return LeaseLoad.median(rounds, LeaseLoad.Round::commitsPerLease);
  }

  private double p50() {
    return LeaseLoad.median(rounds, r -> r.leases().p50());
  }

  private double p99() {
    return LeaseLoad.median(rounds, r -> r.leases().p99());
  }

  /** How far the rounds lie apart: (max - min) / median of the broker's rate. */
  private double spread() {
    double[] all = rounds.stream().mapToDouble(r -> r.leases().perSecond()).sorted().toArray();
    return (all[all.length - 1] - all[0]) / leases();
  }

  private String json() {
    String each =
        rounds.stream()
            .map(
                r ->
                    format(
                        "    {\"router_per_second\": %.0f, \"leases_per_second\": %.0f,"
                            + " \"pgbench_rows_per_second\": %.0f, \"commits_per_lease\": %.5f,"
                            + " \"errors\": %d}",
                        r.router().perSecond(),
                        r.leases().perSecond(),
                        r.rows(),
                        r.commitsPerLease(),
                        r.leases().errors()))
            .collect(Collectors.joining(",\n"));
    return format(
        """
        {
          "workload": "lease_grant",
          "connections": %d,
          "seconds_per_round": %d,
          "java": "%s",
          "postgresql": "%s",
          "medians": {"leases_per_second": %.0f, "to_router": %.3f, "to_pgbench": %s, "commits_per_lease": %.5f,
            "p50_micros": %.0f, "p99_micros": %.0f, "spread": %.2f},
          "rounds": [
        %s
          ]
        }
        """,
        connections,
        seconds,
        Runtime.version(),
        database,
        leases(),
        toRouter(),
        Double.isNaN(toRows()) ? "null" : format("%.3f", toRows()),
        commits(),
        p50(),
        p99(),
        spread(),
        each);
  }

  private String page() {
    return format(
        """
        # Lease grants, %s

        %d connections, %d rounds of %d s, medians; loader, broker and database share %d cores (%s, Java %s, PostgreSQL %s).

        | | per second | ratio |
        |---|---|---|
        | bare router, 41 routes, constant answer | %.0f | 1.00 |
        | **POST /leases** (token, authorisation, lease and audit row committed, value opened) | **%.0f** | **%.2f** of the router |
        | pgbench, one row a transaction, best of 8, 32, 64 clients | %.0f | leases are %.2f of it |

        Commits per lease: %.4f (1/%.0f). Latency of the broker under this load: p50 %.0f us, p99 %.0f us. Spread of the
        rounds: %.0f %%. Errors: %d.
        """,
        LocalDate.now(ZoneOffset.UTC),
        connections,
        rounds.size(),
        seconds,
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.arch"),
        Runtime.version(),
        database,
        routers(),
        leases(),
        toRouter(),
        rows(),
        toRows(),
        commits(),
        1 / commits(),
        p50(),
        p99(),
        100 * spread(),
        rounds.stream().mapToLong(r -> r.leases().errors()).sum());
  }

  private static String format(String text, Object... arguments) {
    return String.format(Locale.ROOT, text, arguments);
  }
}
