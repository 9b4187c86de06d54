package io.hushbus.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * G1: whatever was acknowledged is there in the end, or something later is. Reads the entries
 * {@code final}: for each secret its version, value and whether it is deleted; for each lease its
 * state and end.
 */
public final class LostWrites implements Checker {

  private static final String RULE = "lost write";

  @Override
  public List<Violation> check(History history) {
    Map<String, Entry> ends = new HashMap<>();
    history.only(entry -> entry.is("final")).forEach(end -> ends.put(end.key(), end));
    List<Violation> found = new ArrayList<>();
    history
        .byKey(entry -> entry.is("create", "put", "delete", "restore"))
        .forEach((key, ops) -> secret(ops, ends.get(key), found));
    leases(history, ends, found);
    return found;
  }

  private static void secret(List<Entry> ops, @Nullable Entry end, List<Violation> found) {
    if (end == null) {
      ops.stream()
          .filter(op -> op.ok() && op.is("create"))
          .findFirst()
          .ifPresent(made -> found.add(Violation.of(RULE, "the secret is gone", made)));
      return;
    }
    for (Entry op : ops) {
      if (op.ok() && RegisterChecker.writes(op)) {
        version(op, end, found);
      }
    }
    boolean deleted = end.result().getBoolean("deleted", false);
    (deleted ? undeletable(ops) : undeleted(ops))
        .ifPresent(
            op ->
                found.add(
                    Violation.of(
                        RULE, deleted ? "deleted by nobody" : "a deletion is undone", op, end)));
  }

  private static void version(Entry op, Entry end, List<Violation> found) {
    int made = op.version().orElse(0);
    int last = end.version().orElse(0);
    if (made > last) {
      found.add(Violation.of(RULE, "the version is gone", op, end));
    } else if (made == last && end.value().isPresent() && !end.value().equals(op.value())) {
      found.add(Violation.of(RULE, "the version has another value", op, end));
    }
  }

  /** What lived when it was acknowledged, and no deletion ended later. */
  private static Optional<Entry> undeletable(List<Entry> ops) {
    return ops.stream()
        .filter(op -> op.ok() && op.is("create", "put", "restore"))
        .filter(op -> ops.stream().noneMatch(other -> mayUndo(other, op, "delete")))
        .findFirst();
  }

  private static Optional<Entry> undeleted(List<Entry> ops) {
    return ops.stream()
        .filter(op -> op.ok() && op.is("delete"))
        .filter(op -> ops.stream().noneMatch(other -> mayUndo(other, op, "restore")))
        .findFirst();
  }

  private static boolean mayUndo(Entry other, Entry op, String kind) {
    return other.is(kind) && other.outcome() != Outcome.FAIL && !other.before(op);
  }

  private static void leases(History history, Map<String, Entry> ends, List<Violation> found) {
    boolean looked = ends.values().stream().anyMatch(end -> end.result().containsKey("state"));
    if (!looked) {
      return;
    }
    for (Entry grant : history.only(entry -> entry.is("lease") && entry.ok())) {
      grant
          .result("lease")
          .filter(lease -> !ends.containsKey(lease))
          .ifPresent(lease -> found.add(Violation.of(RULE, "the lease is gone", grant)));
    }
    for (Entry revoked : history.only(entry -> entry.is("revoke") && entry.ok())) {
      Entry end = ends.get(revoked.key());
      if (end != null && end.result("state").filter("active"::equals).isPresent()) {
        found.add(Violation.of(RULE, "a revoked lease lives", revoked, end));
      }
    }
    history
        .byKey(entry -> entry.is("renew") && entry.outcome() != Outcome.FAIL)
        .forEach((lease, renewals) -> renewed(renewals, ends.get(lease), found));
  }

  /** The end of the lease is what the last renewal said, if it is known which one that was. */
  private static void renewed(List<Entry> renewals, @Nullable Entry end, List<Violation> found) {
    Entry last = renewals.getLast();
    boolean alone =
        last.ok() && renewals.stream().allMatch(other -> other.equals(last) || other.before(last));
    if (end == null || !alone || end.time("expires").isEmpty()) {
      return;
    }
    if (end.time("expires").getAsLong() != last.time("expires").orElse(0)) {
      found.add(Violation.of(RULE, "a renewal is undone", last, end));
    }
  }
}
