import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;

/** One figure, taken once a round. */
record Figures(double[] rounds) {

  static Figures of(List<Double> all) {
    return new Figures(all.stream().mapToDouble(one -> one).toArray());
  }

  double median() {
    double[] sorted = rounds.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length == 0
        ? Double.NaN
        : sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** How far the rounds lie apart: (max - min) / median. */
  double spread() {
    double[] sorted = rounds.clone();
    Arrays.sort(sorted);
    return sorted.length == 0 ? 0 : (sorted[sorted.length - 1] - sorted[0]) / median();
  }

  /** Round by round. */
  Figures over(Figures other) {
    return with(other, (mine, its) -> mine / its);
  }

  Figures best(Figures other) {
    return with(other, Math::max);
  }

  Figures times(double factor) {
    return new Figures(Arrays.stream(rounds).map(one -> one * factor).toArray());
  }

  private Figures with(Figures other, DoubleBinaryOperator both) {
    return new Figures(
        IntStream.range(0, Math.min(rounds.length, other.rounds.length))
            .mapToDouble(i -> both.applyAsDouble(rounds[i], other.rounds[i]))
            .toArray());
  }
}
