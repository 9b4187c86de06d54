import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Measures the broker beside its ceilings: see README.md in this directory.
 *
 * <p>The exit code is 1 if a request went wrong or a stage could not be measured, never for a time.
 */
final class Bars {

  private static final String[] OPTIONS = {
    "--only", "--more", "--rounds", "--seconds", "--smoke", "--database", "--name",
    "--leases", "--revoked", "--streams", "--changes", "--listed", "--tenants", "--holders",
    "--expiring"
  };

  private Bars() {}

  public static void main(String[] arguments) throws Exception {
    Options options = Options.of(arguments, OPTIONS);
    Set<Bar> wanted = wanted(options);
    Map<Bar, Measured> measured = new EnumMap<>(Bar.class);
    List<Workload> workloads = new ArrayList<>();
    long errors = 0;
    Path work = Files.createTempDirectory("hushbus-load");
    try (Database database = Database.start(options.text("--database"), work)) {
      Bench bench = new Bench(work, database, options);
      for (Stage stage : stages()) {
        if (stage.bars().stream().noneMatch(wanted::contains) && !more(stage, options)) {
          continue;
        }
        Stage.Result result = measured(stage, bench);
        result.measured().forEach(one -> measured.put(one.bar(), one));
        workloads.addAll(result.workloads());
        errors += result.errors();
      }
    } finally {
      LeaseLoad.delete(work);
    }
    BarsReport report = new BarsReport(options, measured, workloads, errors);
    System.out.print(options.smoke() ? report.looked() : report.page());
    if (!options.smoke()) {
      report.write();
    }
    System.exit(errors > 0 ? 1 : 0);
  }

  private static List<Stage> stages() {
    return List.of(
        new HotPaths(),
        new Fans(),
        new Checks(),
        new Crypto(),
        new Revocations(),
        new Further(),
        new StartUp());
  }

  private static Set<Bar> wanted(Options options) {
    Set<Bar> wanted = EnumSet.noneOf(Bar.class);
    options.numbers("--only").forEach(number -> wanted.add(Bar.of(number)));
    return wanted.isEmpty() && !options.has("--more") ? EnumSet.allOf(Bar.class) : wanted;
  }

  /** Stages of workloads that have no bar run when everything does, or when asked for. */
  private static boolean more(Stage stage, Options options) {
    return stage.bars().isEmpty() && options.text("--only").isEmpty();
  }

  /** A stage that breaks leaves its bars without a figure, and the others go on. */
  private static Stage.Result measured(Stage stage, Bench bench) {
    long begun = System.nanoTime();
    System.err.println(stage.getClass().getSimpleName());
    try {
      Stage.Result result = stage.measure(bench);
      System.err.printf(Locale.ROOT, "took %.0f s%n", (System.nanoTime() - begun) / 1e9);
      return result;
    } catch (Exception failed) {
      failed.printStackTrace();
      return new Stage.Result(
          stage.bars().stream()
              .map(bar -> Measured.missing(bar, "failed, see the output"))
              .toList(),
          List.of(),
          1);
    }
  }
}
