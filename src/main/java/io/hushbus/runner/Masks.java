package io.hushbus.runner;

import io.hushbus.model.SecretValue;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * All that is hidden in the output of a child. Values are added, and stay until the end: an older
 * one may still be printed after a rotation. Safe for many threads.
 */
final class Masks implements Supplier<Automaton> {

  /** Beyond so many bytes of patterns nothing more is hidden; some 21 bytes of memory for each. */
  static final int MOST_BYTES = 3 << 20;

  private final Map<byte[], Boolean> patterns = new TreeMap<>(Arrays::compareUnsigned);
  private final Set<String> unhidden = new TreeSet<>();
  private int bytes;
  private volatile Automaton automaton = Automaton.NOTHING;

  /**
   * Hides these values from now on; to be called before a child can know them.
   *
   * @param values by the names under which people know them
   * @return names of values that are too short to be hidden, or too large, and were not named
   *     before
   */
  synchronized Set<String> add(Map<String, SecretValue> values) {
    Set<String> newly = new TreeSet<>();
    int before = patterns.size();
    values.forEach(
        (name, value) -> {
          if (!hide(value) && unhidden.add(name)) {
            newly.add(name);
          }
        });
    if (patterns.size() > before) {
      automaton = Automaton.of(patterns.keySet());
    }
    return newly;
  }

  /** Hides all of these, named as people name them. */
  Set<String> hide(Iterable<Material> materials) {
    Map<String, SecretValue> values = new LinkedHashMap<>();
    for (Material one : materials) {
      boolean alone = one.entries().size() == 1;
      one.entries()
          .forEach((key, value) -> values.put(one.secret() + (alone ? "" : "#" + key), value));
    }
    return add(values);
  }

  @Override
  public Automaton get() {
    return automaton;
  }

  /** Other forms where there is room for them; whether there was for the value itself. */
  private boolean hide(SecretValue value) {
    Set<byte[]> plain = value.reveal(Patterns::plain);
    if (plain.isEmpty() || !put(plain, MOST_BYTES)) {
      return false;
    }
    put(value.reveal(Patterns::leaves), MOST_BYTES - MOST_BYTES / 4);
    put(value.reveal(Patterns::encoded), MOST_BYTES / 2);
    return true;
  }

  /** All or nothing, and nothing beyond so many bytes: a part is left for what comes later. */
  private boolean put(Set<byte[]> made, int most) {
    int more = made.stream().mapToInt(pattern -> pattern.length).sum();
    if (bytes + more > most) {
      return false;
    }
    for (byte[] pattern : made) {
      if (patterns.putIfAbsent(pattern, true) == null) {
        bytes += pattern.length;
      }
    }
    return true;
  }
}
