package io.hushbus.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * G5 and G6: a secret is a register with check-and-set, whose versions only grow. Compares the
 * order of versions with the order of time, in O(n log n); {@link Linearization} then looks at
 * histories that are short enough exactly.
 */
public final class RegisterChecker implements Checker {

  private static final String RULE = "register";

  /** The longest history of one secret that is searched exactly. */
  private static final int SAMPLE = 200;

  private static final int STEPS = 400_000;

  /** How many secrets were searched exactly, and in how many the search was given up. */
  public record Depth(int decided, int undecided) {}

  private int decided;
  private int undecided;

  @Override
  public List<Violation> check(History history) {
    List<Violation> found = new ArrayList<>();
    history
        .ofSecrets()
        .byKey(RegisterChecker::isOfSecrets)
        .values()
        .forEach(ops -> check(ops, found));
    return found;
  }

  public Depth depth() {
    return new Depth(decided, undecided);
  }

  static boolean isOfSecrets(Entry entry) {
    return entry.is("create", "put", "delete", "restore", "read", "lease");
  }

  static boolean writes(Entry entry) {
    return entry.is("create", "put");
  }

  private void check(List<Entry> ops, List<Violation> found) {
    int before = found.size();
    madeOnce(ops, found);
    valuesFit(ops, found);
    neverBack(ops, found);
    nothingBetween(ops, found);
    if (found.size() == before) {
      exactly(ops, found);
    }
  }

  /** No version is made twice. */
  private static void madeOnce(List<Entry> ops, List<Violation> found) {
    Map<Integer, Entry> makers = new HashMap<>();
    for (Entry op : ops) {
      if (op.ok() && writes(op) && op.version().isPresent()) {
        Entry other = makers.putIfAbsent(op.version().getAsInt(), op);
        if (other != null) {
          found.add(Violation.of(RULE, "one version was made twice", other, op));
        }
      }
    }
  }

  /** A version has one value, which somebody had begun to write when it was read. */
  private static void valuesFit(List<Entry> ops, List<Violation> found) {
    Map<Integer, Entry> first = new HashMap<>();
    for (Entry op : ops) {
      if (!op.ok() || op.version().isEmpty() || op.value().isEmpty()) {
        continue;
      }
      Entry other = first.putIfAbsent(op.version().getAsInt(), op);
      if (other != null && !other.value().equals(op.value())) {
        found.add(Violation.of(RULE, "one version has two values", other, op));
      }
      if (!writes(op) && !begun(ops, op)) {
        found.add(Violation.of(RULE, "a value that nobody had written yet", op));
      }
    }
  }

  private static boolean begun(List<Entry> ops, Entry read) {
    return ops.stream()
        .anyMatch(
            op ->
                writes(op)
                    && op.outcome() != Outcome.FAIL
                    && op.value().equals(read.value())
                    && op.invoked() <= read.completed());
  }

  /** What begins after a version was seen or made gets that one or newer, and makes newer. */
  private static void neverBack(List<Entry> ops, List<Violation> found) {
    PriorityQueue<Entry> running = new PriorityQueue<>(Comparator.comparingLong(Entry::completed));
    Entry newest = null;
    for (Entry op : ops) {
      if (!op.ok() || !seesNewest(op)) {
        continue;
      }
      while (!running.isEmpty() && running.peek().before(op)) {
        newest = newer(newest, running.remove());
      }
      if (newest != null && isOlder(op, newest)) {
        found.add(Violation.of(RULE, "time went on and versions went back", newest, op));
      }
      running.add(op);
    }
  }

  /** A replay shows what its lease holds, which need not be the newest. */
  private static boolean seesNewest(Entry op) {
    return op.version().isPresent() && !op.mayBeReplay();
  }

  private static Entry newer(@Nullable Entry one, Entry other) {
    return one == null || version(other) > version(one) ? other : one;
  }

  private static boolean isOlder(Entry op, Entry newest) {
    return writes(op) ? version(op) <= version(newest) : version(op) < version(newest);
  }

  /** Whoever names the version that it replaces replaces just that one. */
  private static void nothingBetween(List<Entry> ops, List<Violation> found) {
    for (Entry op : ops) {
      OptionalInt cas = op.cas();
      if (op.ok() && writes(op) && cas.isPresent() && version(op) != cas.getAsInt() + 1) {
        found.add(Violation.of(RULE, "another version than the named one was replaced", op));
      }
    }
  }

  private void exactly(List<Entry> ops, List<Violation> found) {
    if (ops.size() > SAMPLE) {
      undecided++;
      return;
    }
    switch (Linearization.of(ops, STEPS)) {
      case FOUND -> decided++;
      case GIVEN_UP -> undecided++;
      case NONE -> {
        decided++;
        found.add(new Violation(RULE, "no order of these explains them", smallest(ops)));
      }
    }
  }

  /** The shortest time from the beginning that cannot be explained. */
  private static List<Entry> smallest(List<Entry> ops) {
    List<Long> ends =
        ops.stream().map(Entry::completed).filter(end -> end != Long.MAX_VALUE).sorted().toList();
    int low = 0;
    int high = ends.size() - 1;
    while (low < high) {
      int middle = (low + high) / 2;
      if (Linearization.of(until(ops, ends.get(middle)), STEPS) == Linearization.Result.NONE) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return slimmed(until(ops, ends.get(low)));
  }

  /** Without the answers that are not needed; to leave out a write would make others untrue. */
  private static List<Entry> slimmed(List<Entry> ops) {
    List<Entry> left = new ArrayList<>(ops);
    for (Entry op : ops) {
      if (op.is("read", "lease") || op.outcome() == Outcome.FAIL) {
        List<Entry> fewer = new ArrayList<>(left);
        fewer.remove(op);
        if (Linearization.of(fewer, STEPS) == Linearization.Result.NONE) {
          left = fewer;
        }
      }
    }
    return left;
  }

  private static List<Entry> until(List<Entry> ops, long end) {
    return ops.stream()
        .filter(op -> op.invoked() <= end)
        .map(op -> op.completed() <= end ? op : op.unheard())
        .toList();
  }

  private static int version(Entry op) {
    return op.version().orElseThrow();
  }
}
