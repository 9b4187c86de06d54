package io.hushbus.model;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many there are of something that there may be very many of: counted up to a limit, so that
 * counting never takes longer than what it is about.
 *
 * @param count so many
 * @param more whether there are more than that
 */
public record Tally(int count, boolean more) {

  /**
   * @param found how many were met by somebody who stopped at one more than {@code most}
   */
  public static Tally upTo(int most, long found) {
    return found > most ? new Tally(most, true) : new Tally((int) found, false);
  }

  public boolean isNone() {
    return count == 0;
  }

  /** This, and {@code others} beside. */
  public Tally and(long others) {
    return new Tally(Math.toIntExact(count + others), more);
  }

  /** As it is told: {@code count}, and {@code more} only where it holds. */
  public Map<String, Object> said() {
    Map<String, Object> said = new LinkedHashMap<>();
    said.put("count", count);
    if (more) {
      said.put("more", true);
    }
    return said;
  }
}
