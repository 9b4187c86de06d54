import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes what was measured as a page for people and as JSON for machines. */
record BarsReport(
    Options options, Map<Bar, Measured> measured, List<Workload> workloads, long errors) {

  void write() throws IOException {
    Path base = options.result("bars");
    Files.writeString(Path.of(base + ".md"), page());
    Files.writeString(Path.of(base + ".json"), json().encodePrettily() + "\n");
    System.err.println("wrote " + base + ".{md,json}");
  }

  /** What a look came to: no figure of it means anything. */
  String looked() {
    return "looked at %d bars and %d workloads, errors: %d\n"
        .formatted(measured.size(), workloads.size(), errors);
  }

  String page() {
    StringBuilder page = new StringBuilder();
    page.append("# The bars, %s\n\n%s\n\n".formatted(Machine.date(), Machine.sentence()));
    page.append(
        """
        Medians of alternating rounds, each figure a ratio to what stands beside it, measured in the same run, or a count.
        `±` is (max - min) / median of the rounds.

        | # | path | against | measured | ± | bar | moonshot | | made of |
        |---|---|---|---|---|---|---|---|---|
        """);
    measured.values().forEach(one -> page.append(row(one)));
    if (!workloads.isEmpty()) {
      page.append(
          """

          | workload | a second | p50, ms | p99, ms | ± | |
          |---|---|---|---|---|---|
          """);
      workloads.forEach(one -> page.append(row(one)));
    }
    page.append("\nErrors: %d.\n".formatted(errors));
    return page.toString();
  }

  private static String row(Measured one) {
    Bar bar = one.bar();
    return String.format(
        Locale.ROOT,
        "| %d | %s | %s | %s | %s | %s | %s | %s | %s |%n",
        bar.number,
        bar.path,
        bar.against,
        one.figures().map(figures -> "**" + bar.shown(figures.median()) + "**").orElse("-"),
        one.figures().map(figures -> percent(figures.spread())).orElse("-"),
        bar.shown(bar.pass),
        bar.shown(bar.moonshot),
        one.verdict(),
        one.detail());
  }

  private static String row(Workload one) {
    return Double.isNaN(one.perSecond())
        ? "| %s | | | | | %s |\n".formatted(one.name(), one.detail())
        : String.format(
            Locale.ROOT,
            "| %s | %.0f | %.2f | %.2f | %s | %s |%n",
            one.name(),
            one.perSecond(),
            one.p50Micros() / 1e3,
            one.p99Micros() / 1e3,
            percent(one.spread()),
            one.detail());
  }

  private static String percent(double part) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * part);
  }

  private JsonObject json() {
    JsonArray bars = new JsonArray();
    measured.values().forEach(one -> bars.add(json(one)));
    JsonArray others = new JsonArray();
    workloads.forEach(one -> others.add(json(one)));
    return Machine.json().put("errors", errors).put("bars", bars).put("workloads", others);
  }

  private static JsonObject json(Measured one) {
    JsonObject json =
        new JsonObject()
            .put("number", one.bar().number)
            .put("path", one.bar().path)
            .put("against", one.bar().against)
            .put("bar", one.bar().pass)
            .put("moonshot", one.bar().moonshot)
            .put("detail", one.detail())
            .put("verdict", one.verdict().replace("*", ""));
    one.figures()
        .ifPresent(
            figures ->
                json.put("median", figures.median())
                    .put("rounds", Arrays.stream(figures.rounds()).boxed().toList()));
    return json;
  }

  private static JsonObject json(Workload one) {
    JsonObject json = new JsonObject().put("name", one.name()).put("detail", one.detail());
    return Double.isNaN(one.perSecond())
        ? json
        : json.put("per_second", one.perSecond())
            .put("p50_micros", one.p50Micros())
            .put("p99_micros", one.p99Micros())
            .put("spread", one.spread());
  }
}
