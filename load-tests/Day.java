import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A mixed day in some minutes: whether errors come, memory or tables grow, and how p99 compares
 * with the bare router's at the same rate. See README.md in this directory.
 */
final class Day {

  private static final String BLOAT =
      """
      SELECT n_live_tup, n_dead_tup, pg_relation_size(relid), pg_total_relation_size(relid)
      FROM pg_stat_user_tables WHERE schemaname = 'public' AND relname = '${table}'
      """;
  private static final List<String> TABLES =
      List.of("lease", "audit_tail", "audit_record", "secret_version", "event");
  private static final int CONNECTIONS = 64;
  private static final double CEILING_PART = 6;
  private static final double MIB = 1 << 20;

  /** A slice of the day, and what stood at its end. */
  private record Slice(
      HttpLoad.Outcome day,
      HttpLoad.Outcome router,
      double heapMib,
      double rssMib,
      String tables) {}

  private Day() {}

  public static void main(String[] arguments) throws Exception {
    Options options =
        Options.of(
            arguments, "--minutes", "--rate", "--tenants", "--smoke", "--database", "--name");
    Path work = Files.createTempDirectory("hushbus-load");
    List<Slice> slices;
    try (Database database = Database.start(options.text("--database"), work);
        World world = World.start(database, work, Map.of("HUSHBUS_JAVA_OPTS", Proc.ATTACHABLE))) {
      slices = lived(world, options);
    } finally {
      LeaseLoad.delete(work);
    }
    String page = page(slices, options);
    System.out.print(page);
    if (!options.smoke()) {
      Path base = options.result("day");
      Files.writeString(Path.of(base + ".md"), page);
      Files.writeString(Path.of(base + ".json"), json(slices).encodePrettily() + "\n");
    }
    System.exit(slices.stream().anyMatch(slice -> slice.day().errors() > 0) ? 1 : 0);
  }

  private static List<Slice> lived(World world, Options options) throws Exception {
    int tenants = options.number("--tenants", 1_000, 4);
    MixedDay day =
        MixedDay.of(Tenant.make(world.installation.operator(world.broker), "day-", tenants));
    double perSecond = rate(world, day, options);
    double minutes = options.number("--minutes", 10, 1);
    int parts = options.smoke() ? 2 : 10;
    double seconds = options.smoke() ? 1 : minutes * 60 / parts;
    List<Slice> slices = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      HttpLoad.Outcome outcome =
          HttpLoad.open(day.target(world.broker.port, CONNECTIONS), perSecond, seconds);
      HttpLoad.Outcome bare =
          HttpLoad.open(
              world.toRouter(world.tenant.grant("secret-0"), 201),
              perSecond,
              seconds / CEILING_PART);
      long pid = world.broker.handle().pid();
      slices.add(new Slice(outcome, bare, Proc.heap(pid) / MIB, Proc.rssMib(pid), tables(world)));
      System.err.println("slice " + (i + 1) + ": " + row(i, slices.getLast()));
    }
    return slices;
  }

  /** Half of what it can do, unless said: a day is not a siege. */
  private static double rate(World world, MixedDay day, Options options) throws Exception {
    if (options.text("--rate").isPresent()) {
      return options.number("--rate", 0, 0);
    }
    HttpLoad.closed(day.target(world.broker.port, CONNECTIONS), options.smoke() ? 0.5 : 10);
    HttpLoad.closed(world.toRouter(world.tenant.grant("secret-0"), 201), options.smoke() ? 0.5 : 4);
    return HttpLoad.closed(day.target(world.broker.port, CONNECTIONS), options.smoke() ? 1 : 5)
            .perSecond()
        / 2;
  }

  private static String tables(World world) throws Exception {
    List<String> all = new ArrayList<>();
    for (String table : TABLES) {
      long[] counts =
          Database.numbers(world.installation.database(), BLOAT.replace("${table}", table));
      all.add(
          String.format(
              Locale.ROOT,
              "%s %d/%d, %.0f",
              table,
              counts[0] / 1_000,
              counts[1] / 1_000,
              counts[3] / MIB));
    }
    return String.join("; ", all);
  }

  private static String page(List<Slice> slices, Options options) {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # A mixed day, %s

        %s

        %d tenants; 45 %% grants, 45 %% renewals, 9 %% reads, 1 %% new values; open loop, times from when a request was due. A slice is a
        tenth of the time; the bare router has the same rate after each. Heap is what a full collection leaves. Tables: live
        and dead rows in thousands, MiB with indexes.

        | slice | a second | p50, ms | p99 | p99.9 | worst | errors | refused | router p99 | p99 / router's | heap MiB | RSS MiB | tables |
        |---|---|---|---|---|---|---|---|---|---|---|---|---|
        """
            .formatted(Machine.date(), Machine.sentence(), options.number("--tenants", 1_000, 4)));
    for (int i = 0; i < slices.size(); i++) {
      page.append(row(i, slices.get(i))).append('\n');
    }
    Figures ratio =
        Figures.of(slices.stream().map(slice -> slice.day().p99() / slice.router().p99()).toList());
    page.append(
        String.format(
            Locale.ROOT, "%np99 beside the bare router's, median: %.1f.%n", ratio.median()));
    return page.toString();
  }

  private static String row(int number, Slice slice) {
    HttpLoad.Outcome day = slice.day();
    return String.format(
        Locale.ROOT,
        "| %d | %.0f | %.2f | %.2f | %.2f | %.1f | %d | %d | %.2f | %.1f | %.1f | %.0f | %s |",
        number + 1,
        day.perSecond(),
        day.p50() / 1e3,
        day.p99() / 1e3,
        day.micros().getValueAtPercentile(99.9) / 1e3,
        day.micros().getMaxValue() / 1e3,
        day.errors(),
        day.refused(),
        slice.router().p99() / 1e3,
        day.p99() / slice.router().p99(),
        slice.heapMib(),
        slice.rssMib(),
        slice.tables());
  }

  private static JsonObject json(List<Slice> slices) {
    JsonArray all = new JsonArray();
    for (Slice slice : slices) {
      all.add(
          new JsonObject()
              .put("per_second", slice.day().perSecond())
              .put("p50_micros", slice.day().p50())
              .put("p99_micros", slice.day().p99())
              .put("errors", slice.day().errors())
              .put("refused", slice.day().refused())
              .put("router_p99_micros", slice.router().p99())
              .put("heap_mib", slice.heapMib())
              .put("rss_mib", slice.rssMib())
              .put("tables", slice.tables()));
    }
    return Machine.json().put("slices", all);
  }
}
