package io.hushbus.access;

import io.hushbus.model.Principal;
import io.hushbus.model.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * What a token of the broker says. It says nothing of rights: those are read anew.
 *
 * @param key the key, or the revision of an identity provider, it was issued for and with which it
 *     ends
 * @param held which mappings of the identity provider held; none for a key
 * @param certificate thumbprint of the certificate it was issued under, without which it is nothing
 */
record TokenClaims(
    String issuer,
    String audience,
    Principal subject,
    TenantId tenant,
    UUID key,
    UUID id,
    Instant issuedAt,
    Instant expiresAt,
    OptionalLong held,
    Optional<String> certificate) {

  /** Who the broker's tokens are for. */
  static final String AUDIENCE = "hushbus";

  /** Longest life of a token. */
  static final Duration LONGEST = Duration.ofHours(1);

  /** How far the clocks of two nodes may be apart. */
  static final Duration LEEWAY = Duration.ofSeconds(30);

  /** Whether this was meant for us, by {@code expected}, and is in its time. */
  boolean holds(String expected, Instant now) {
    return issuer.equals(expected)
        && audience.equals(AUDIENCE)
        && !issuedAt.isAfter(now.plus(LEEWAY))
        && livesAt(now)
        && livesNoLongerThan(LONGEST);
  }

  boolean livesAt(Instant now) {
    return expiresAt.isAfter(now);
  }

  private boolean livesNoLongerThan(Duration longest) {
    return expiresAt.isAfter(issuedAt) && !expiresAt.isAfter(issuedAt.plus(longest));
  }
}
