package io.hushbus.lease;

import io.hushbus.crypto.Canonical;
import io.hushbus.model.Caller;
import io.hushbus.model.EntryName;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Principal;
import io.hushbus.model.RunId;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Possession of versions of one secret by one run or principal, for a time. Holds no value.
 *
 * @param version the one that was taken last
 * @param applied the lowest one that is still held: that at the grant, until its holder says that a
 *     newer one is in use
 * @param entries those it is limited to, in order; none: all of them
 * @param principal whose it is: that of the run, if it belongs to one
 * @param project from where it was asked for, which decides who may see and end it
 * @param adoption by which that project has the secret, if it is another's
 * @param boundTo thumbprint of the client certificate that it was got with, if it was: renewed and
 *     shown again with that one alone (R-C22)
 */
public record Lease(
    LeaseId id,
    SecretId secret,
    int version,
    int applied,
    List<EntryName> entries,
    Principal principal,
    Optional<UUID> project,
    Optional<UUID> domain,
    LeaseTerms terms,
    Optional<Instant> revokedAt,
    Optional<UUID> adoption,
    Optional<String> boundTo,
    Optional<RunId> run,
    Need need,
    Optional<Ack> ack) {

  /**
   * What a lease was asked for.
   *
   * @param environment whose need it answers, if it was leased with an environment
   * @param reload how its holder takes in a new version
   * @param maxDelay how long that may take at most
   * @param ttl for how long it was asked, if anything was said
   */
  public record Need(
      Optional<UUID> environment,
      Optional<String> reload,
      Optional<Duration> maxDelay,
      Optional<Duration> ttl) {

    /** Nothing in particular. */
    public static final Need NONE =
        new Need(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    Need lasting(Optional<Duration> asked) {
      return new Need(environment, reload, maxDelay, asked);
    }
  }

  /**
   * What its holder said last. Decides nothing by itself: what counts of it is {@code applied}.
   *
   * @param detail for people, never a value
   */
  public record Ack(int version, Status status, Instant at, String detail) {

    /** The most characters of the detail. */
    public static final int LONGEST_DETAIL = 200;

    /** What became of a version that was taken. */
    public enum Status {
      APPLIED,
      FAILED,
      DEFERRED;

      /** The word used in the API and the database: stable for ever. */
      public String word() {
        return name().toLowerCase(Locale.ROOT);
      }

      /**
       * @throws IllegalArgumentException for an unknown word
       */
      public static Status of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
      }
    }
  }

  /** What may end a lease before its time: a revocation, of it or of many, and its run's end. */
  record Ends(Optional<Instant> revoked, Optional<Instant> over) {

    static final Ends NONE = new Ends(Optional.empty(), Optional.empty());
  }

  public Lease {
    entries =
        entries.size() < 2
            ? List.copyOf(entries)
            : entries.stream().sorted((a, b) -> a.text().compareTo(b.text())).distinct().toList();
  }

  /** A lease on all of a version, of the principal itself. */
  static Lease onAll(
      LeaseId id,
      SecretId secret,
      int version,
      Principal principal,
      Optional<UUID> project,
      Optional<UUID> domain,
      LeaseTerms terms) {
    return new Lease(
        id,
        secret,
        version,
        version,
        List.of(),
        principal,
        project,
        domain,
        terms,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Need.NONE,
        Optional.empty());
  }

  /**
   * What a lease is at a moment. Nothing stores it: it follows from few rows and the database's
   * time.
   */
  public enum State {
    ACTIVE,
    EXPIRED,
    REVOKED,
    /** Its run is over. */
    ENDED;

    /** The state that the API calls so. */
    public static Optional<State> of(String word) {
      return Stream.of(values()).filter(state -> state.word().equals(word)).findFirst();
    }

    /** The word used in the API. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * By what came first. The same rule for statements is {@link Liveness}; that the versions held
   * are still valid is asked besides.
   */
  State stateAt(Instant now, Ends ends) {
    Instant revoked = ends.revoked().or(this::revokedAt).orElse(Instant.MAX);
    Instant over = ends.over().orElse(Instant.MAX);
    Instant end = Stream.of(revoked, over, terms.expiresAt()).min(Instant::compareTo).orElseThrow();
    if (now.isBefore(end)) {
      return State.ACTIVE;
    }
    if (revoked.equals(end)) {
      return State.REVOKED;
    }
    return terms.expiresAt().equals(end) ? State.EXPIRED : State.ENDED;
  }

  /** Whether the caller is the holder, and comes with the certificate that it came with then. */
  boolean isHeldBy(Caller caller) {
    Optional<String> certificate = caller.proof().flatMap(Caller.Proof::certificate);
    return principal.equals(caller.principal())
        && (boundTo.isEmpty() || boundTo.equals(certificate));
  }

  /** Whether it is limited to just these entries. */
  boolean isOn(List<EntryName> wanted) {
    return wanted.stream()
        .map(EntryName::text)
        .sorted()
        .distinct()
        .toList()
        .equals(entries.stream().map(EntryName::text).toList());
  }

  /** What the row's MAC covers: everything that decides. */
  Canonical canonical(TenantId tenant) {
    return Canonical.of("lease/1")
        .id(tenant.value())
        .id(id.value())
        .id(secret.value())
        .number(version)
        .number(applied)
        .text(entries.isEmpty() ? null : joined())
        .text(principal.toString())
        .id(project.orElse(null))
        .id(domain.orElse(null))
        .time(terms.issuedAt())
        .time(terms.expiresAt())
        .time(terms.maxExpiresAt())
        .time(revokedAt.orElse(null))
        .id(adoption.orElse(null))
        .text(boundTo.orElse(null))
        .id(run.map(RunId::value).orElse(null))
        .id(need.environment().orElse(null))
        .text(need.reload().orElse(null))
        .number(need.maxDelay().map(Duration::toMillis).orElse(null))
        .number(need.ttl().map(Duration::toMillis).orElse(null));
  }

  /** The entries with commas between, which no name of one has. */
  String joined() {
    return entries.stream().map(EntryName::text).collect(Collectors.joining(","));
  }

  Lease on(LeaseTerms next) {
    return with(version, applied, next, revokedAt, ack);
  }

  Lease revoked(Instant at) {
    return with(version, applied, terms, Optional.of(at), ack);
  }

  /** Having taken {@code newer} besides what it holds. */
  Lease taking(int newer) {
    return with(newer, applied, terms, revokedAt, ack);
  }

  /** With what its holder says, holding nothing below {@code lowest} any more. */
  Lease saying(Ack said, int lowest) {
    return with(version, Math.max(applied, lowest), terms, revokedAt, Optional.of(said));
  }

  /** Holding nothing below {@code lowest} any more. */
  Lease holdingFrom(int lowest) {
    return with(version, Math.max(applied, lowest), terms, revokedAt, ack);
  }

  private Lease with(
      int taken, int lowest, LeaseTerms until, Optional<Instant> revoked, Optional<Ack> said) {
    return new Lease(
        id, secret, taken, lowest, entries, principal, project, domain, until, revoked, adoption,
        boundTo, run, need, said);
  }
}
