package io.hushbus.secret;

import io.hushbus.crypto.Canonical;
import io.hushbus.model.EntryName;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import io.hushbus.model.VersionState;
import java.time.Instant;
import java.util.List;

/**
 * One version of a secret, without its payload.
 *
 * @param digest keyed digest of the content: equal for equal content of one secret, and says
 *     nothing else
 * @param createdAt to the millisecond; part of the associated data of the ciphertext
 */
public record Version(
    int number,
    VersionState state,
    int sizeBytes,
    List<EntryName> entryNames,
    byte[] digest,
    String createdBy,
    Instant createdAt) {

  public Version {
    entryNames = List.copyOf(entryNames);
  }

  /**
   * Whether a lease on this version may still be renewed, and its value still be handed to its
   * holder.
   */
  public boolean holdable() {
    return state == VersionState.CURRENT || state == VersionState.PREVIOUS;
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
        .number(createdAt.toEpochMilli());
  }

  /** This version once a newer one is current. */
  Version previous() {
    return in(VersionState.PREVIOUS);
  }

  /** This version without its ciphertext. */
  Version destroyed() {
    return in(VersionState.DESTROYED);
  }

  private Version in(VersionState next) {
    return new Version(number, next, sizeBytes, entryNames, digest, createdBy, createdAt);
  }
}
