package io.hushbus.http;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The open connections of a node: how many there may be, in all and from one network, and who has
 * to give way. A connection is a stranger's until a request on it has shown who sends it. When no
 * place is left, one of the network with the most strangers is closed for the newcomer, the one
 * that has been there for longest: so nobody keeps others out with connections alone, and a network
 * with few of them is not displaced by the haste of one with many. Shared by all event loops.
 *
 * @param <C> what a connection is, told apart by identity
 */
public final class Connections<C> {

  private final int most;
  private final int perNetwork;
  private final int leaving;
  private final Map<String, Integer> byNetwork = new HashMap<>();
  private final Map<C, String> networkOf = new HashMap<>();
  private final Map<String, SequencedSet<C>> strangers = new HashMap<>();

  /** The networks with as many strangers as the key says, at least one. */
  private final NavigableMap<Integer, SequencedSet<String>> bySize = new TreeMap<>();

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
    if (byNetwork.getOrDefault(network, 0) >= perNetwork || open >= room(network)) {
      return new Admission<>(false, Optional.empty());
    }
    Optional<C> displaced = Optional.empty();
    if (open >= most) {
      if (bySize.isEmpty()) {
        return new Admission<>(false, Optional.empty());
      }
      displaced = Optional.of(displace());
    }
    open++;
    byNetwork.merge(network, 1, Integer::sum);
    networkOf.put(connection, network);
    resize(network, all -> all.add(connection));
    return new Admission<>(true, displaced);
  }

  /** A request on it has shown who sends it: nobody takes its place any more. */
  public synchronized void known(C connection) {
    String network = networkOf.remove(connection);
    if (network != null) {
      resize(network, all -> all.remove(connection));
    }
  }

  /** It has ended; to be told once of each that was admitted. */
  public synchronized void release(C connection, String network) {
    known(connection);
    open--;
    byNetwork.computeIfPresent(network, (of, count) -> count == 1 ? null : count - 1);
  }

  /** How many there are. */
  public synchronized int open() {
    return open;
  }

  /**
   * Places, with those for connections that wait to be closed. The last of them are for networks
   * with few strangers, so that the others do not use up all in their haste.
   */
  private int room(String network) {
    int own = Optional.ofNullable(strangers.get(network)).map(SequencedSet::size).orElse(0);
    boolean few = !bySize.isEmpty() && 2 * own < bySize.lastKey();
    return most + (few ? 2 * leaving : leaving);
  }

  private C displace() {
    String crowded = bySize.lastEntry().getValue().getFirst();
    C longest = Objects.requireNonNull(strangers.get(crowded)).getFirst();
    known(longest);
    return longest;
  }

  private void resize(String network, Consumer<SequencedSet<C>> edit) {
    SequencedSet<C> all = strangers.computeIfAbsent(network, of -> new LinkedHashSet<>());
    int before = all.size();
    edit.accept(all);
    if (all.isEmpty()) {
      strangers.remove(network);
    }
    if (all.size() != before) {
      leave(before, network);
      enter(all.size(), network);
    }
  }

  private void leave(int size, String network) {
    bySize.computeIfPresent(
        size,
        (of, networks) -> {
          networks.remove(network);
          return networks.isEmpty() ? null : networks;
        });
  }

  private void enter(int size, String network) {
    if (size > 0) {
      bySize.computeIfAbsent(size, of -> new LinkedHashSet<>()).add(network);
    }
  }
}
