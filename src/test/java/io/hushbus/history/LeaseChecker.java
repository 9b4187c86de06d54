package io.hushbus.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * G7 and G8: a lease is of use to nobody once its revocation was acknowledged, its run was over, or
 * its time had come; and no renewal gets past its wall. Times are those of the database, in
 * nanoseconds by the clock of the history.
 */
public final class LeaseChecker implements Checker {

  private static final String RULE = "lease";

  private final long slack;

  /**
   * @param slack by how many nanoseconds the clock of the history may differ from that of the
   *     database
   */
  public LeaseChecker(long slack) {
    this.slack = slack;
  }

  @Override
  public List<Violation> check(History history) {
    List<Violation> found = new ArrayList<>();
    Map<String, List<Entry>> leases = new HashMap<>();
    history
        .only(entry -> entry.outcome() != Outcome.FAIL)
        .forEach(
            entry ->
                leaseOf(entry)
                    .ifPresent(
                        id -> leases.computeIfAbsent(id, lease -> new ArrayList<>()).add(entry)));
    Map<String, List<Entry>> ended = history.byKey(entry -> entry.is("complete") && entry.ok());
    leases.values().forEach(all -> check(all, ended, found));
    return found;
  }

  private static Optional<String> leaseOf(Entry entry) {
    return switch (entry.op()) {
      case "lease" -> entry.result("lease");
      case "renew", "advance", "ack", "look", "revoke" -> Optional.of(entry.key());
      default -> Optional.empty();
    };
  }

  private void check(List<Entry> all, Map<String, List<Entry>> endedRuns, List<Violation> found) {
    Optional<Entry> grant = all.stream().filter(op -> op.is("lease") && op.ok()).findFirst();
    grant.ifPresent(first -> walls(first, all, found));
    for (Entry use : all) {
      if (isUse(use)) {
        grant
            .flatMap(first -> first.arg("run"))
            .map(endedRuns::get)
            .ifPresent(ends -> notAfter(ends, use, "used after the end of its run", found));
        notAfter(
            all.stream().filter(op -> op.is("revoke") && op.ok()).toList(),
            use,
            "used after it was revoked",
            found);
        inTime(all, use, found);
      }
    }
  }

  /** What shows that the lease lives: whoever did this could have the value. */
  private static boolean isUse(Entry op) {
    if (!op.ok()) {
      return false;
    }
    return op.is("lease", "renew", "advance")
        || (op.is("look") && op.result("state").filter("active"::equals).isPresent());
  }

  private static void walls(Entry grant, List<Entry> all, List<Violation> found) {
    long wall = grant.time("wall").orElse(Long.MAX_VALUE);
    Long most = grant.args().getLong("most");
    long issued = grant.time("issued").orElse(0);
    if (most != null && wall > issued + most) {
      found.add(Violation.of(RULE, "the wall is farther than any lease may be held", grant));
    }
    for (Entry op : all) {
      if (op.ok() && op.time("expires").orElse(0) > wall) {
        found.add(Violation.of(RULE, "past its wall", grant, op));
      }
    }
  }

  private static void notAfter(List<Entry> ends, Entry use, String what, List<Violation> found) {
    ends.stream()
        .filter(end -> end.before(use))
        .min(Comparator.comparingLong(Entry::completed))
        .ifPresent(end -> found.add(Violation.of(RULE, what, end, use)));
  }

  /**
   * No later than the latest end that anybody may have given it before. A renewal that nobody heard
   * of may have been as long as the wall allows.
   */
  private void inTime(List<Entry> all, Entry use, List<Violation> found) {
    Optional<Entry> giver =
        all.stream()
            .filter(op -> !op.equals(use) && op.is("lease", "renew"))
            .filter(op -> op.invoked() <= use.completed())
            .max(Comparator.comparingLong(LeaseChecker::given));
    giver
        .filter(last -> use.invoked() >= given(last) && use.invoked() - given(last) >= slack)
        .ifPresent(last -> found.add(Violation.of(RULE, "used after its time", last, use)));
  }

  private static long given(Entry op) {
    return op.ok() ? op.time("expires").orElse(0) : Long.MAX_VALUE;
  }
}
