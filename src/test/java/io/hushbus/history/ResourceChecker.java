package io.hushbus.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * G12: what a node uses stays under its caps at all times, and is back at rest when the load is
 * over. Reads the entries {@code sample}: the phase they were taken in, {@code load} or {@code
 * rest}, and a number for each resource.
 */
public final class ResourceChecker implements Checker {

  private static final String RULE = "resources";

  /**
   * @param most at any time
   * @param atRest after the load
   */
  public record Cap(long most, long atRest) {}

  private final Map<String, Cap> caps;

  public ResourceChecker(Map<String, Cap> caps) {
    this.caps = Map.copyOf(caps);
  }

  @Override
  public List<Violation> check(History history) {
    List<Violation> found = new ArrayList<>();
    List<Entry> samples = history.only(entry -> entry.is("sample"));
    for (Entry sample : samples) {
      boolean rest = sample.arg("phase").filter("rest"::equals).isPresent();
      caps.forEach(
          (resource, cap) -> {
            Long used = sample.result().getLong(resource);
            if (used != null && used > (rest ? cap.atRest() : cap.most())) {
              String when = rest ? " at rest" : " under load";
              found.add(Violation.of(RULE, "too much " + resource + when, sample));
            }
          });
    }
    if (samples.stream()
        .noneMatch(sample -> sample.arg("phase").filter("rest"::equals).isPresent())) {
      found.add(new Violation(RULE, "nobody looked after the load", List.of()));
    }
    return found;
  }
}
