package io.hushbus.access;

import io.hushbus.crypto.Canonical;
import java.time.Instant;
import java.util.UUID;

/**
 * An identity provider that a tenant has registered.
 *
 * @param revision another one after each change: whoever was let in by an older one has to come
 *     again
 */
public record IdentityProvider(
    UUID id,
    UUID revision,
    ProviderRules rules,
    String createdBy,
    Instant createdAt,
    Instant updatedAt) {

  /** Another one after each change. */
  public long etag() {
    return Canonical.of("identity-provider-etag/1").id(id).id(revision).etag();
  }
}
