package io.hushbus.lease;

import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.RunId;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a task at {@code scope} asks to hold.
 *
 * @param ttl for how long; empty: the configured default. A longer one than allowed is shortened,
 *     and the answer says so
 * @param least for how long it has to hold at least, or not be granted at all
 * @param run that it is for; empty: for the caller itself
 */
public record LeaseAsk(
    Scope scope,
    List<Wanted> secrets,
    Optional<Duration> ttl,
    Optional<Duration> least,
    Optional<RunId> run) {

  /** More is asked for by nobody who counts. */
  private static final Duration LONGEST = Duration.ofDays(3660);

  /** The most secrets in one request. */
  public static final int MOST_SECRETS = 64;

  /** The most secrets that an environment can need. */
  public static final int MOST_NEEDS = 256;

  /**
   * One secret by name.
   *
   * @param entries only these; none: all of it
   * @param optional whether it may be missing
   * @param need what it is wanted for
   */
  public record Wanted(
      SecretName name, List<EntryName> entries, boolean optional, Lease.Need need) {

    public Wanted {
      entries = List.copyOf(entries);
    }

    /** One secret that must be there, all of it or one entry. */
    public Wanted(SecretName name, Optional<EntryName> entry) {
      this(name, entry.stream().toList(), false, Lease.Need.NONE);
    }

    private boolean ofEnvironment() {
      return need.environment().isPresent();
    }

    /** Both at once: what either asks for. */
    private Wanted and(Wanted other) {
      boolean all = entries.isEmpty() || other.entries.isEmpty();
      return new Wanted(
          name,
          all
              ? List.of()
              : Stream.concat(entries.stream(), other.entries.stream()).distinct().toList(),
          optional && other.optional,
          need);
    }
  }

  /** Refuses none and too many. */
  public LeaseAsk {
    boolean whole = run.isPresent() || secrets.stream().anyMatch(Wanted::ofEnvironment);
    int most = whole ? MOST_NEEDS : MOST_SECRETS;
    if (secrets.isEmpty() || secrets.size() > most) {
      throw Failure.invalid("/secrets", Failure.Code.OUT_OF_RANGE);
    }
    secrets = whole ? merged(secrets) : List.copyOf(secrets);
    ttl = ttl.map(asked -> asked.compareTo(LONGEST) > 0 ? LONGEST : asked);
  }

  /** What the caller asks for itself. */
  public LeaseAsk(Scope scope, List<Wanted> secrets, Optional<Duration> ttl) {
    this(scope, secrets, ttl, Optional.empty(), Optional.empty());
  }

  /** A run has one lease on a secret, and so has an environment, however often it asks for it. */
  private static List<Wanted> merged(List<Wanted> all) {
    Map<String, Wanted> byName = new LinkedHashMap<>();
    all.forEach(one -> byName.merge(one.name().folded(), one, Wanted::and));
    return List.copyOf(byName.values());
  }
}
