package io.hushbus.client;

import java.time.Instant;
import java.util.Optional;

/**
 * One generation of a tenant's key.
 *
 * @param state {@code primary}, {@code draining} or {@code retired}
 * @param rootKey id of the root key that wraps it
 * @param versions versions of secrets that it protects
 */
public record TenantKey(
    long generation,
    String state,
    String rootKey,
    long versions,
    Instant createdAt,
    Optional<Instant> retiredAt) {

  static TenantKey of(Json json) {
    return new TenantKey(
        json.number("generation"),
        json.text("state"),
        json.text("root_key"),
        json.number("versions"),
        Instant.parse(json.text("created_at")),
        json.time("retired_at"));
  }
}
