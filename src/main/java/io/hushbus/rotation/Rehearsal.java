package io.hushbus.rotation;

import io.hushbus.lease.Holders;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a rotation would meet if it began now: who holds the secret, how they take in a new version,
 * who is not heard of, and when it could be over.
 *
 * @param from the current version
 * @param total of holders, of which {@code holders} are the first
 * @param holders those first who take nothing in while they run
 * @param deadline when it is over at the latest
 */
public record Rehearsal(
    int from, long total, List<Holders.Holder> holders, Instant now, Instant deadline) {

  /** So many holders are looked at one by one. */
  static final int MOST = 5_000;

  private static final Duration SILENT = Duration.ofMinutes(1);

  public Rehearsal {
    holders = holders.stream().sorted(Comparator.comparingInt(one -> moves(one) ? 1 : 0)).toList();
  }

  /** How many holders take in a new version in each way; those who did not say under "unknown". */
  public Map<String, Long> byReload() {
    Map<String, Long> counts = new TreeMap<>();
    holders.forEach(one -> counts.merge(one.reload().orElse("unknown"), 1L, Long::sum));
    return counts;
  }

  /** Those whose run was not heard of for a minute. */
  public List<Holders.Holder> offline() {
    return holders.stream()
        .filter(one -> one.heardAt().filter(at -> at.plus(SILENT).isBefore(now)).isPresent())
        .toList();
  }

  /**
   * When everybody could have moved: those who take nothing in only end, the others take as long as
   * they say at most.
   */
  public Instant earliestFinish() {
    return holders.stream()
        .map(this::ready)
        .max(Comparator.naturalOrder())
        .filter(at -> at.isBefore(deadline))
        .orElse(holders.isEmpty() ? now : deadline);
  }

  private Instant ready(Holders.Holder holder) {
    return moves(holder) ? now.plus(holder.maxDelay().orElse(Duration.ZERO)) : holder.expiresAt();
  }

  /** Whether it can take in a new version without ending. */
  public static boolean moves(Holders.Holder holder) {
    Optional<String> reload = holder.reload();
    return reload.filter(way -> way.equals("never") || way.equals("next-run")).isEmpty();
  }
}
