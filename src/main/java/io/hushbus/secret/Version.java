package io.hushbus.secret;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.Macs;
import io.hushbus.model.EntryName;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import io.hushbus.model.VersionState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One version of a secret, without its payload.
 *
 * @param digest keyed digest of the content: equal for equal content of one secret, and says
 *     nothing else
 * @param createdAt to the millisecond; part of the associated data of the ciphertext
 * @param validUntil the end of its holders' time to move, once it was replaced; empty while its
 *     content is the current one. Never put off
 */
public record Version(
    int number,
    VersionState state,
    int sizeBytes,
    List<EntryName> entryNames,
    byte[] digest,
    String createdBy,
    Instant createdAt,
    Optional<Instant> validUntil) {

  public Version {
    entryNames = List.copyOf(entryNames);
  }

  /**
   * Whether a lease on this version may still be renewed, and its value still be handed to its
   * holder, by the database's clock. On a version that waits to be promoted there are leases of its
   * wave alone.
   */
  public boolean holdable(Instant now) {
    return switch (state) {
      case CURRENT, PENDING -> true;
      case PREVIOUS -> validUntil.isEmpty() || now.isBefore(validUntil.get());
      case RETIRED, DESTROYED -> false;
    };
  }

  /** Whether nobody holds it, and nobody will. */
  public boolean over() {
    return state == VersionState.RETIRED || state == VersionState.DESTROYED;
  }

  /** Whether both have the same content, so that who holds one holds the other. */
  public boolean sameContent(Version other) {
    return Macs.equal(digest, other.digest);
  }

  /** What the row's MAC covers. */
  Canonical canonical(TenantId tenant, SecretId secret) {
    return Canonical.of("secret-version/1")
        .id(tenant.value())
        .id(secret.value())
        .number(number)
        .text(state.word())
        .number(sizeBytes)
        .bytes(digest)
        .number(createdAt.toEpochMilli())
        .time(validUntil.orElse(null));
  }

  /** This version once a newer one is current: for those who hold it, until then. */
  public Version previous(Optional<Instant> until) {
    return in(VersionState.PREVIOUS, until);
  }

  /** This version with nobody holding it any more. */
  public Version retired() {
    return in(VersionState.RETIRED, validUntil);
  }

  /** This version, not yet announced to all. */
  Version pending() {
    return in(VersionState.PENDING, Optional.empty());
  }

  /** This version once it was promoted. */
  Version current() {
    return in(VersionState.CURRENT, Optional.empty());
  }

  /** This version without its ciphertext. */
  Version destroyed() {
    return in(VersionState.DESTROYED, Optional.empty());
  }

  private Version in(VersionState next, Optional<Instant> until) {
    return new Version(number, next, sizeBytes, entryNames, digest, createdBy, createdAt, until);
  }
}
