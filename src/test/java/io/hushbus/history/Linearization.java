package io.hushbus.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for an order of the operations on one secret that agrees with the order of time and with
 * what a register does: the search of Wing and Gong, with Lowe's memory of the places it has been
 * at. An operation of unknown outcome may come at any time after it was begun, or never.
 */
final class Linearization {

  enum Result {
    FOUND,
    NONE,
    GIVEN_UP
  }

  /**
   * @param version 0: there is no such secret yet
   * @param value -1: not known
   */
  private record Register(int version, int value, boolean deleted) {

    boolean lives() {
      return version > 0 && !deleted;
    }
  }

  private record Place(BitSet done, Register register) {}

  private final List<Entry> ops;
  private final Set<Place> been = new HashSet<>();
  private int steps;

  private Linearization(List<Entry> ops, int steps) {
    this.ops = ops;
    this.steps = steps;
  }

  /**
   * @param ops by the time they were begun
   * @param steps how many places may be looked at
   */
  static Result of(List<Entry> ops, int steps) {
    List<Entry> telling = ops.stream().filter(Linearization::tells).toList();
    return new Linearization(telling, steps).search();
  }

  /** Reads without an answer tell nothing, nor does what was refused for other reasons. */
  private static boolean tells(Entry op) {
    if (op.mayBeReplay()) {
      return false;
    }
    return switch (op.outcome()) {
      case OK -> true;
      case FAIL -> op.refusedFor("stale") || op.refusedFor("missing");
      case INFO -> !op.is("read", "lease");
    };
  }

  /** Depth first, without recursion: histories may be long. */
  private Result search() {
    var open = new ArrayDeque<Place>();
    open.push(new Place(new BitSet(ops.size()), new Register(0, -1, false)));
    while (!open.isEmpty()) {
      Place at = open.pop();
      if (!been.add(at)) {
        continue;
      }
      if (steps-- <= 0) {
        return Result.GIVEN_UP;
      }
      if (isEnd(at)) {
        return Result.FOUND;
      }
      next(at).forEach(open::push);
    }
    return Result.NONE;
  }

  private boolean isEnd(Place at) {
    for (int i = at.done().nextClearBit(0); i < ops.size(); i = at.done().nextClearBit(i + 1)) {
      if (!ops.get(i).info()) {
        return false;
      }
    }
    return true;
  }

  /** What may come next: whatever was begun before the first end among those that are left. */
  private List<Place> next(Place at) {
    long end = Long.MAX_VALUE;
    var places = new ArrayList<Place>();
    for (int i = at.done().nextClearBit(0); i < ops.size(); i = at.done().nextClearBit(i + 1)) {
      Entry op = ops.get(i);
      if (op.invoked() > end) {
        break;
      }
      end = Math.min(end, op.completed());
    }
    for (int i = at.done().nextClearBit(0); i < ops.size(); i = at.done().nextClearBit(i + 1)) {
      Entry op = ops.get(i);
      if (op.invoked() > end) {
        break;
      }
      int index = i;
      step(at.register(), op).ifPresent(after -> places.add(at(at, index, after)));
    }
    return places;
  }

  private static Place at(Place before, int index, Register after) {
    BitSet done = (BitSet) before.done().clone();
    done.set(index);
    return new Place(done, after);
  }

  /** The register after {@code op}; empty if it cannot have answered that here. */
  private static Optional<Register> step(Register at, Entry op) {
    return switch (op.op()) {
      case "create" -> created(at, op);
      case "put" -> put(at, op);
      case "delete" -> deleted(at, op);
      case "restore" -> restored(at, op);
      case "read", "lease" -> read(at, op);
      default -> throw new IllegalArgumentException("not of a register: " + op.op());
    };
  }

  private static Optional<Register> created(Register at, Entry op) {
    if (op.outcome() == Outcome.FAIL) {
      return Optional.of(at);
    }
    int version = at.version() + 1;
    return Optional.of(new Register(version, op.value().orElse(-1), false))
        .filter(after -> !at.lives() && op.version().orElse(version) == version);
  }

  /** A named version does not fit where there is none either: RFC 9110, 13.1.1. */
  private static Optional<Register> put(Register at, Entry op) {
    boolean named = op.cas().isEmpty() || op.cas().getAsInt() == at.version();
    if (op.outcome() == Outcome.FAIL) {
      return Optional.of(at).filter(same -> !at.lives() || (op.refusedFor("stale") && !named));
    }
    int version = at.version() + 1;
    return Optional.of(new Register(version, op.value().orElse(-1), false))
        .filter(after -> at.lives() && named && op.version().orElse(version) == version);
  }

  private static Optional<Register> deleted(Register at, Entry op) {
    if (op.outcome() == Outcome.FAIL) {
      return Optional.of(at).filter(same -> !at.lives());
    }
    return Optional.of(new Register(at.version(), at.value(), true)).filter(after -> at.lives());
  }

  private static Optional<Register> restored(Register at, Entry op) {
    if (op.outcome() == Outcome.FAIL) {
      return Optional.of(at).filter(same -> !at.deleted());
    }
    return Optional.of(new Register(at.version(), at.value(), false))
        .filter(after -> at.deleted() && op.version().orElse(at.version()) == at.version());
  }

  private static Optional<Register> read(Register at, Entry op) {
    if (op.outcome() == Outcome.FAIL) {
      return Optional.of(at).filter(same -> !at.lives());
    }
    int value = op.value().orElse(at.value());
    return Optional.of(at)
        .filter(
            same ->
                at.lives() && op.version().orElseThrow() == at.version() && value == at.value());
  }
}
