import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Measures the broker beside its ceilings: see README.md in this directory.
 *
 * <p>The exit code is 1 if a request went wrong or a stage could not be measured, never for a time.
 */
final class Bars {

  private Bars() {}

  public static void main(String[] arguments) throws Exception {
    Options options = Options.of(arguments);
    Set<Bar> wanted = wanted(options);
    Map<Bar, Measured> measured = new EnumMap<>(Bar.class);
    List<Workload> workloads = new ArrayList<>();
    long errors = 0;
    for (Stage stage : stages()) {
      if (stage.bars().stream().noneMatch(wanted::contains) && !more(stage, options)) {
        continue;
      }
      System.err.println(stage.getClass().getSimpleName());
      try {
        Stage.Result result = within(stage, options);
        result.measured().forEach(one -> measured.put(one.bar(), one));
        workloads.addAll(result.workloads());
        errors += result.errors();
      } catch (Exception failed) {
        failed.printStackTrace();
        errors++;
        stage
            .bars()
            .forEach(bar -> measured.put(bar, Measured.missing(bar, "failed, see the output")));
      }
    }
    BarsReport report = new BarsReport(options, measured, workloads, errors);
    System.out.print(report.page());
    if (!options.smoke()) {
      report.write();
    }
    System.exit(errors > 0 ? 1 : 0);
  }

  private static List<Stage> stages() {
    return List.of(new HotPaths(), new Fans(), new Checks(), new Crypto(), new StartUp(), new Revocations(), new Further());
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

  private static Stage.Result within(Stage stage, Options options) throws Exception {
    Path work = Files.createTempDirectory("hushbus-load");
    try (Database database = Database.start(options.text("--database"), work)) {
      return stage.measure(new Bench(work, database, options));
    } finally {
      LeaseLoad.delete(work);
    }
  }
}
