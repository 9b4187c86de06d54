package io.hushbus.lease;

import io.hushbus.secret.Sight;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What would become of needs if a task leased them now. Pure.
 *
 * @param needs in the order in which they were asked
 */
public record Resolution(List<Resolved> needs) {

  /** What the caller may know of a secret that is there. */
  public enum View {
    SEEN,
    /** That it is there, and nothing else. */
    LISTED,
    HIDDEN
  }

  /**
   * One need.
   *
   * @param found what the cascade has under the name, if the caller may know
   */
  public record Resolved(Need need, Optional<Sight.Found> found, Placement placement) {

    public Outcome outcome() {
      return placement.outcome();
    }

    /** Whether a task would start with it: as it should be, or absent where it may be. */
    public boolean fine() {
      return outcome() == Outcome.OK || (need.optional() && outcome().absent());
    }
  }

  public Resolution {
    needs = List.copyOf(needs);
  }

  /** Whether a task would start with all of them. */
  public boolean ok() {
    return needs.stream().allMatch(Resolved::fine);
  }

  /**
   * Explains needs by what is there under their names.
   *
   * @param sights in the order of the needs
   * @param view what the caller may know of what was found
   */
  static Resolution of(List<Need> needs, List<Sight> sights, Function<Sight.Found, View> view) {
    List<Optional<Sight.Found>> told = new ArrayList<>();
    List<Placement> alone = new ArrayList<>();
    for (int i = 0; i < needs.size(); i++) {
      Optional<Sight.Found> found = sights.get(i).found();
      Optional<View> how = found.map(view);
      told.add(found.filter(one -> how.filter(View.SEEN::equals).isPresent()));
      alone.add(placement(needs.get(i), sights.get(i), how));
    }
    List<Placement> apart = Placement.apart(alone);
    List<Resolved> resolved = new ArrayList<>();
    for (int i = 0; i < needs.size(); i++) {
      resolved.add(new Resolved(needs.get(i), told.get(i), apart.get(i)));
    }
    return new Resolution(resolved);
  }

  private static Placement placement(Need need, Sight sight, Optional<View> view) {
    return view.map(
            how ->
                switch (how) {
                  case SEEN -> Placement.of(need, shape(sight.found().orElseThrow()));
                  case LISTED -> Placement.none(Outcome.FORBIDDEN);
                  case HIDDEN -> Placement.none(Outcome.MISSING);
                })
        .orElseGet(() -> Placement.none(sight.offered() ? Outcome.NOT_ADOPTED : Outcome.MISSING));
  }

  private static Placement.Shape shape(Sight.Found found) {
    return new Placement.Shape(found.type(), found.entries());
  }
}
