package io.hushbus.lease;

import io.hushbus.crypto.Canonical;
import io.hushbus.model.Caller;
import io.hushbus.model.EntryName;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Principal;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Possession of one version by one principal, for a time. Holds no value.
 *
 * @param entry the one entry it is limited to; empty: all of them
 * @param project from where it was asked for, which decides who may see and end it
 * @param adoption by which that project has the secret, if it is another's
 * @param boundTo thumbprint of the client certificate that it was got with, if it was: renewed and
 *     shown again with that one alone (R-C22)
 */
public record Lease(
    LeaseId id,
    SecretId secret,
    int version,
    Optional<EntryName> entry,
    Principal principal,
    Optional<UUID> project,
    Optional<UUID> domain,
    LeaseTerms terms,
    Optional<Instant> revokedAt,
    Optional<UUID> adoption,
    Optional<String> boundTo) {

  /** A lease on a secret of one's own, bound to no certificate. */
  Lease(
      LeaseId id,
      SecretId secret,
      int version,
      Optional<EntryName> entry,
      Principal principal,
      Optional<UUID> project,
      Optional<UUID> domain,
      LeaseTerms terms,
      Optional<Instant> revokedAt) {
    this(
        id,
        secret,
        version,
        entry,
        principal,
        project,
        domain,
        terms,
        revokedAt,
        Optional.empty(),
        Optional.empty());
  }

  /**
   * What a lease is at a moment. Nothing stores it: it follows from the row and the database's
   * time.
   */
  public enum State {
    ACTIVE,
    EXPIRED,
    REVOKED;

    /** The state that the API calls so. */
    public static Optional<State> of(String word) {
      return Stream.of(values()).filter(state -> state.word().equals(word)).findFirst();
    }

    /** The word used in the API. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public State stateAt(Instant now) {
    if (revokedAt.isPresent()) {
      return State.REVOKED;
    }
    return terms.expiredAt(now) ? State.EXPIRED : State.ACTIVE;
  }

  /** What the row's MAC covers: everything. */
  Canonical canonical(TenantId tenant) {
    if (boundTo.isPresent()) {
      return fields(Canonical.of("lease/3"), tenant).id(adoption.orElse(null)).text(boundTo.get());
    }
    return adoption
        .map(id -> fields(Canonical.of("lease/2"), tenant).id(id))
        .orElseGet(() -> fields(Canonical.of("lease/1"), tenant));
  }

  private Canonical fields(Canonical row, TenantId tenant) {
    return row.id(tenant.value())
        .id(id.value())
        .id(secret.value())
        .number(version)
        .text(entry.map(EntryName::text).orElse(null))
        .text(principal.toString())
        .id(project.orElse(null))
        .id(domain.orElse(null))
        .time(terms.issuedAt())
        .time(terms.expiresAt())
        .time(terms.maxExpiresAt())
        .time(revokedAt.orElse(null));
  }

  /** Whether the caller is the holder, and comes with the certificate that it came with then. */
  boolean isHeldBy(Caller caller) {
    Optional<String> certificate = caller.proof().flatMap(Caller.Proof::certificate);
    return principal.equals(caller.principal())
        && (boundTo.isEmpty() || boundTo.equals(certificate));
  }

  Lease on(LeaseTerms next) {
    return new Lease(
        id, secret, version, entry, principal, project, domain, next, revokedAt, adoption, boundTo);
  }

  Lease revoked(Instant at) {
    return new Lease(
        id,
        secret,
        version,
        entry,
        principal,
        project,
        domain,
        terms,
        Optional.of(at),
        adoption,
        boundTo);
  }
}
