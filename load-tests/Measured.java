import java.util.Locale;
import java.util.Optional;

/**
 * What came out for a bar.
 *
 * @param figures one a round; none if it could not be measured
 * @param detail what the ratio is made of, or why there is none
 */
record Measured(Bar bar, Optional<Figures> figures, String detail) {

  static Measured of(Bar bar, Figures figures, String detail, Object... of) {
    return new Measured(bar, Optional.of(figures), String.format(Locale.ROOT, detail, of));
  }

  static Measured missing(Bar bar, String reason) {
    return new Measured(bar, Optional.empty(), reason);
  }

  /** The same with more to say. */
  Measured and(String more, Object... of) {
    return new Measured(bar, figures, detail + "; " + String.format(Locale.ROOT, more, of));
  }

  String verdict() {
    return figures
        .map(Figures::median)
        .filter(Double::isFinite)
        .map(one -> bar.shoots(one) ? "moonshot" : bar.passes(one) ? "pass" : "**miss**")
        .orElse("not measured");
  }
}
