package io.hushbus.runner;

import java.util.List;

/** What a child needs cannot all be had: every reason, none with a value. */
public final class Unmet extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private final transient List<Reason> reasons;

  /**
   * One need that is not met.
   *
   * @param need what it is, such as {@code db-password#user}
   * @param why the rest of the sentence
   */
  public record Reason(String need, String why) {

    static Reason of(Need need, String why) {
      String key = need.key().map(one -> "#" + one).orElse("");
      return new Reason(need.secret() + key, why);
    }

    @Override
    public String toString() {
      return need + ": " + why;
    }
  }

  Unmet(List<Reason> reasons) {
    super(reasons.size() + " of the needs cannot be met", null, false, false);
    this.reasons = List.copyOf(reasons);
  }

  public List<Reason> reasons() {
    return reasons;
  }
}
