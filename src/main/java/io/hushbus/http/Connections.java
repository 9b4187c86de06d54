package io.hushbus.http;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * The open connections of a node: how many there may be, in all and from one network, and who has
 * to give way. A connection is a stranger's until a request on it has shown who sends it. When no
 * place is left, the one that has been a stranger's for longest is closed for the newcomer, so that
 * nobody keeps others out with connections alone. Shared by all event loops.
 *
 * @param <C> what a connection is, told apart by identity
 */
public final class Connections<C> {

  private final int most;
  private final int perNetwork;
  private final int leaving;
  private final Map<String, Integer> byNetwork = new HashMap<>();
  private final SequencedSet<C> strangers = new LinkedHashSet<>();
  private int open;

  /**
   * @param most in all
   * @param perNetwork of them from one network
   */
  public Connections(int most, int perNetwork) {
    this.most = most;
    this.perNetwork = perNetwork;
    // Those displaced are open until their loop gets to closing them; no more than these at a time.
    this.leaving = Math.max(1, most / 8);
  }

  /**
   * Whether a connection was let in.
   *
   * @param displaced to be closed in its place; it still counts until it is released
   */
  public record Admission<C>(boolean admitted, Optional<C> displaced) {}

  /** Counts a connection in, unless there is no place for it. */
  public synchronized Admission<C> admit(C connection, String network) {
    Optional<C> displaced = Optional.empty();
    if (byNetwork.getOrDefault(network, 0) >= perNetwork || open >= most + leaving) {
      return new Admission<>(false, Optional.empty());
    }
    if (open >= most) {
      if (strangers.isEmpty()) {
        return new Admission<>(false, Optional.empty());
      }
      displaced = Optional.of(strangers.removeFirst());
    }
    open++;
    byNetwork.merge(network, 1, Integer::sum);
    strangers.add(connection);
    return new Admission<>(true, displaced);
  }

  /** A request on it has shown who sends it: nobody takes its place any more. */
  public synchronized void known(C connection) {
    strangers.remove(connection);
  }

  /** It has ended; to be told once of each that was admitted. */
  public synchronized void release(C connection, String network) {
    strangers.remove(connection);
    open--;
    byNetwork.computeIfPresent(network, (of, count) -> count == 1 ? null : count - 1);
  }

  /** How many there are. */
  public synchronized int open() {
    return open;
  }
}
