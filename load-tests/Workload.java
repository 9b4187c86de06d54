import java.util.List;
import java.util.Locale;

/** What a workload did: medians of its rounds. */
record Workload(
    String name,
    double perSecond,
    double p50Micros,
    double p99Micros,
    double spread,
    String detail) {

  /**
   * @param ceiling the name of what it is a ratio of, or nothing
   */
  static Workload of(Rounds rounds, String name, String ceiling) {
    List<HttpLoad.Outcome> all = rounds.outcomes(name);
    String detail =
        ceiling.isEmpty()
            ? ""
            : String.format(
                Locale.ROOT, "%.2f of %s", rounds.ratio(name, ceiling).median(), ceiling);
    return new Workload(
        name,
        rounds.of(name).median(),
        new Figures(all.stream().mapToDouble(HttpLoad.Outcome::p50).toArray()).median(),
        new Figures(all.stream().mapToDouble(HttpLoad.Outcome::p99).toArray()).median(),
        rounds.of(name).spread(),
        detail);
  }

  /** One that is a time rather than a rate. */
  static Workload told(String name, String detail, Object... of) {
    return new Workload(
        name, Double.NaN, Double.NaN, Double.NaN, 0, String.format(Locale.ROOT, detail, of));
  }
}
