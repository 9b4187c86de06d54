import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Things that are measured by turns: each once a round, and another one first in each round, so
 * that what a machine does meanwhile meets all alike.
 */
final class Rounds {

  /** Measures once; the figure is whatever its name says. */
  @FunctionalInterface
  interface Side {
    double measure() throws Exception;
  }

  /** The same, of requests, which may fail. */
  @FunctionalInterface
  interface Loaded {
    HttpLoad.Outcome measure() throws Exception;
  }

  private final int number;
  private final Map<String, Side> sides = new LinkedHashMap<>();
  private final Map<String, List<Double>> figures = new LinkedHashMap<>();
  private final Map<String, List<HttpLoad.Outcome>> outcomes = new LinkedHashMap<>();

  Rounds(int number) {
    this.number = number;
  }

  Rounds side(String name, Side side) {
    sides.put(name, side);
    figures.put(name, new ArrayList<>());
    return this;
  }

  /** A side whose figure is its answers a second. */
  Rounds load(String name, Loaded loaded) {
    outcomes.put(name, new ArrayList<>());
    return side(
        name,
        () -> {
          HttpLoad.Outcome outcome = loaded.measure();
          outcomes.get(name).add(outcome);
          return outcome.perSecond();
        });
  }

  /** Measures one side without keeping the figure. */
  void once(String name) throws Exception {
    sides.get(name).measure();
    if (outcomes.containsKey(name)) {
      outcomes.get(name).removeLast();
    }
  }

  /**
   * Answers nobody counts, until the broker's paths are compiled as they are where it runs for
   * long.
   */
  void warmUp(int times) throws Exception {
    for (int i = 0; i < times; i++) {
      for (String name : loads()) {
        once(name);
      }
    }
  }

  void run() throws Exception {
    List<String> names = new ArrayList<>(sides.keySet());
    for (int round = 0; round < number; round++) {
      StringBuilder line = new StringBuilder("round " + (round + 1));
      for (int i = 0; i < names.size(); i++) {
        String name = names.get((round + i) % names.size());
        double figure = sides.get(name).measure();
        figures.get(name).add(figure);
        line.append(String.format(Locale.ROOT, "; %s %.4g", name, figure));
      }
      System.err.println(line);
    }
  }

  boolean has(String name) {
    return sides.containsKey(name);
  }

  Figures of(String name) {
    return new Figures(figures.get(name).stream().mapToDouble(one -> one).toArray());
  }

  Figures ratio(String name, String ceiling) {
    return of(name).over(of(ceiling));
  }

  List<HttpLoad.Outcome> outcomes(String name) {
    return outcomes.get(name);
  }

  /** The sides that are made of requests. */
  List<String> loads() {
    return List.copyOf(outcomes.keySet());
  }

  long errors() {
    return outcomes.values().stream()
        .flatMap(List::stream)
        .mapToLong(HttpLoad.Outcome::errors)
        .sum();
  }
}
