import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;

/** Draws what {@code curves} and {@code day} have written, beside it, as SVG. */
final class Plot {

  private static final int WIDTH = 800;
  private static final int HEIGHT = 450;
  private static final double MILLI = 1e-3;

  private Plot() {}

  public static void main(String[] arguments) throws IOException {
    System.setProperty("java.awt.headless", "true");
    for (String argument : arguments) {
      Path file = Path.of(argument);
      JsonObject result = new JsonObject(Files.readString(file));
      String base = argument.replaceFirst("\\.json$", "");
      if (result.containsKey("points")) {
        curves(base, result.getJsonArray("points"));
        load(base, result.getJsonArray("load"));
      }
      if (result.containsKey("slices")) {
        day(base, result.getJsonArray("slices"));
      }
    }
  }

  /** Two for each curve: rates, and memory. */
  private static void curves(String base, JsonArray points) throws IOException {
    Set<String> names = new LinkedHashSet<>();
    objects(points).forEach(point -> names.add(point.getString("curve")));
    for (String name : names) {
      List<JsonObject> all =
          objects(points).stream().filter(one -> one.getString("curve").equals(name)).toList();
      double[] many = numbers(all, "many", 1);
      XYChart rates = chart("Throughput against " + name, name, "a second", true);
      add(rates, "grants", many, numbers(all, "grants_per_second", 1));
      add(rates, "reads", many, numbers(all, "reads_per_second", 1));
      save(rates, base + "-" + name.replace(' ', '-'));
      XYChart memory = chart("Memory against " + name, name, "MiB", true);
      add(memory, "live heap", many, numbers(all, "heap_mib", 1));
      add(memory, "resident", many, numbers(all, "rss_mib", 1));
      add(memory, "database", many, numbers(all, "database_mib", 1));
      save(memory, base + "-" + name.replace(' ', '-') + "-memory");
    }
  }

  private static void load(String base, JsonArray load) throws IOException {
    List<JsonObject> all = objects(load);
    if (all.isEmpty()) {
      return;
    }
    double[] rate = numbers(all, "answered_per_second", 1);
    XYChart chart = chart("Latency of grants against load", "grants a second", "ms", false);
    chart.getStyler().setYAxisLogarithmic(true);
    add(chart, "p50", rate, numbers(all, "p50_micros", MILLI));
    add(chart, "p99", rate, numbers(all, "p99_micros", MILLI));
    add(chart, "p99.9", rate, numbers(all, "p999_micros", MILLI));
    save(chart, base + "-load");
  }

  private static void day(String base, JsonArray slices) throws IOException {
    List<JsonObject> all = objects(slices);
    double[] at = new double[all.size()];
    for (int i = 0; i < at.length; i++) {
      at[i] = i + 1;
    }
    XYChart latency = chart("A mixed day: latency", "slice", "ms", false);
    add(latency, "p50", at, numbers(all, "p50_micros", MILLI));
    add(latency, "p99", at, numbers(all, "p99_micros", MILLI));
    add(latency, "p99 of the bare router", at, numbers(all, "router_p99_micros", MILLI));
    save(latency, base + "-latency");
    XYChart memory = chart("A mixed day: memory", "slice", "MiB", false);
    add(memory, "live heap", at, numbers(all, "heap_mib", 1));
    add(memory, "resident", at, numbers(all, "rss_mib", 1));
    save(memory, base + "-memory");
  }

  private static XYChart chart(String title, String x, String y, boolean logarithmic) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    XYStyler styler = chart.getStyler();
    styler.setXAxisLogarithmic(logarithmic);
    styler.setYAxisMin(logarithmic ? 0.0 : null);
    styler.setPlotGridLinesVisible(false);
    styler.setLegendPosition(LegendPosition.OutsideE);
    return chart;
  }

  private static void add(XYChart chart, String name, double[] x, double[] y) {
    chart.addSeries(name, x, y);
  }

  private static void save(XYChart chart, String name) throws IOException {
    VectorGraphicsEncoder.saveVectorGraphic(chart, name, VectorGraphicsFormat.SVG);
    System.err.println("wrote " + name + ".svg");
  }

  private static List<JsonObject> objects(JsonArray all) {
    return all.stream().map(JsonObject.class::cast).toList();
  }

  private static double[] numbers(List<JsonObject> all, String name, double factor) {
    return all.stream().mapToDouble(one -> one.getDouble(name) * factor).toArray();
  }
}
