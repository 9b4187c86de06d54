package io.hushbus.runner;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;

/**
 * Finds all of many byte strings in one pass over a text, in time proportional to its length (Aho
 * and Corasick, 1975). Immutable.
 *
 * <p>A state is the longest end of what was read that is the beginning of a pattern. Kept in arrays
 * of numbers, some 21 bytes for each byte of the patterns.
 */
final class Automaton {

  /** That of no patterns: never finds anything. */
  static final Automaton NOTHING = of(java.util.List.of());

  /** Where every text begins. */
  static final int START = 0;

  private static final int NONE = -1;
  private static final int BYTES = 256;

  private final int[] first = new int[BYTES];
  private int[] child;
  private int[] sibling;
  private byte[] label;
  private int[] depth;
  private int[] fail;
  private int[] found;
  private int states = 1;

  private Automaton(int room) {
    child = new int[room];
    sibling = new int[room];
    label = new byte[room];
    depth = new int[room];
    fail = new int[room];
    found = new int[room];
    Arrays.fill(child, NONE);
    Arrays.fill(sibling, NONE);
  }

  /** One that finds these patterns; empty ones are never found. */
  static Automaton of(Collection<byte[]> patterns) {
    int room = 1 + patterns.stream().mapToInt(pattern -> pattern.length).sum();
    Automaton made = new Automaton(room);
    patterns.forEach(made::add);
    made.trim();
    made.link();
    return made;
  }

  /** The state after one more byte. */
  int step(int state, byte next) {
    int at = state;
    while (at != START) {
      int known = childOf(at, next);
      if (known != NONE) {
        return known;
      }
      at = fail[at];
    }
    return first[next & 0xff];
  }

  /** How many of the last bytes may be the beginning of a pattern. */
  int depth(int state) {
    return depth[state];
  }

  /** The length of the longest pattern that ends here; 0 if none does. */
  int found(int state) {
    return found[state];
  }

  private void add(byte[] pattern) {
    int at = START;
    for (byte next : pattern) {
      int known = at == START ? orNone(first[next & 0xff]) : childOf(at, next);
      at = known == NONE ? grow(at, next) : known;
    }
    if (at != START) {
      found[at] = pattern.length;
    }
  }

  private static int orNone(int state) {
    return state == START ? NONE : state;
  }

  private int grow(int parent, byte next) {
    int made = states++;
    label[made] = next;
    depth[made] = depth[parent] + 1;
    if (parent == START) {
      first[next & 0xff] = made;
    }
    sibling[made] = child[parent];
    child[parent] = made;
    return made;
  }

  private int childOf(int state, byte next) {
    int one = child[state];
    while (one != NONE && label[one] != next) {
      one = sibling[one];
    }
    return one;
  }

  /** Patterns share beginnings, so that there may be fewer states than bytes. */
  private void trim() {
    child = Arrays.copyOf(child, states);
    sibling = Arrays.copyOf(sibling, states);
    label = Arrays.copyOf(label, states);
    depth = Arrays.copyOf(depth, states);
    fail = Arrays.copyOf(fail, states);
    found = Arrays.copyOf(found, states);
  }

  /** In order of depth, so that what a state falls back to is finished before it. */
  private void link() {
    ArrayDeque<Integer> waiting = new ArrayDeque<>();
    waiting.add(START);
    while (!waiting.isEmpty()) {
      int parent = waiting.remove();
      for (int one = child[parent]; one != NONE; one = sibling[one]) {
        fail[one] = parent == START ? START : step(fail[parent], label[one]);
        found[one] = Math.max(found[one], found[fail[one]]);
        waiting.add(one);
      }
    }
  }
}
