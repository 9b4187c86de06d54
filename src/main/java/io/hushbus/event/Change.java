package io.hushbus.event;

import java.util.ArrayList;
import java.util.List;

/**
 * The outcome of a change inside its transaction: the result, what audit is to record (one record a
 * trace, at least one), and what readers are to be told.
 */
public record Change<T>(T result, List<Trace> traces, List<Fact> facts) {

  public Change {
    traces = List.copyOf(traces);
    facts = List.copyOf(facts);
  }

  /** A change that is audited and that nobody is told of. */
  public static <T> Change<T> of(T result, Trace trace) {
    return new Change<>(result, List.of(trace), List.of());
  }

  /** The same, telling {@code fact} as well. */
  public Change<T> telling(Fact fact) {
    List<Fact> all = new ArrayList<>(facts);
    all.add(fact);
    return new Change<>(result, traces, all);
  }

  /** The same, telling {@code earlier} before all else. */
  public Change<T> tellingFirst(List<Fact> earlier) {
    List<Fact> all = new ArrayList<>(earlier);
    all.addAll(facts);
    return new Change<>(result, traces, all);
  }
}
