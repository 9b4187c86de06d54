package io.hushbus.rotation;

import io.hushbus.lease.Holders;
import io.hushbus.model.Failure;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Who gets a staged version before the others: first the canaries, by run or by lease, then waves,
 * each of so many of a hundred holders, one after the other.
 *
 * @param waves growing shares of a hundred, such as 10, 50; all others come with the promotion
 * @param pause how long a stage has to go well before the next one
 */
public record Staging(Set<UUID> runs, Set<UUID> leases, List<Integer> waves, Duration pause) {

  static final Staging NONE = new Staging(Set.of(), Set.of(), List.of(), Duration.ZERO);

  /** Nobody comes first. */
  public static Staging none() {
    return NONE;
  }

  private static final int MOST_CANARIES = 100;

  public Staging {
    runs = Set.copyOf(runs);
    leases = Set.copyOf(leases);
    waves = List.copyOf(waves);
    if (runs.size() + leases.size() > MOST_CANARIES) {
      throw Failure.invalid("/canary", Failure.Code.TOO_LONG);
    }
    int before = 0;
    for (int wave : waves) {
      if (wave <= before || wave >= 100) {
        throw Failure.invalid("/waves", Failure.Code.OUT_OF_RANGE);
      }
      before = wave;
    }
  }

  /** The stages before the promotion: the canaries, then each wave. */
  int stages() {
    return 1 + waves.size();
  }

  /** How many of a hundred have the version in that stage, the canaries aside. */
  int share(int stage) {
    return stage == 0 ? 0 : waves.get(Math.min(stage, waves.size()) - 1);
  }

  /** Who has the version in that stage of a rotation. */
  Holders.Part part(int stage, UUID rotation) {
    return Holders.Part.of(runs, leases, rotation, share(stage));
  }
}
