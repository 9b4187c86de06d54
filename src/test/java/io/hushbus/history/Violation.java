package io.hushbus.history;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Something that no correct broker shows.
 *
 * @param evidence the fewest entries that tell
 */
public record Violation(String rule, String what, List<Entry> evidence) {

  static Violation of(String rule, String what, Entry... evidence) {
    return new Violation(rule, what, List.of(evidence));
  }

  @Override
  public String toString() {
    return rule
        + ": "
        + what
        + evidence.stream()
            .map(entry -> "\n  " + entry.toJson().encode())
            .collect(Collectors.joining());
  }
}
