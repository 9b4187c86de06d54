package io.hushbus.secret;

import io.hushbus.crypto.Canonical;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretName;
import io.hushbus.model.TenantId;
import java.time.Instant;
import java.util.UUID;

/**
 * That a project has taken in a secret that another one shared with the community of both.
 *
 * @param scope where it is found: in the receiving project, and in the domain of the secret if that
 *     has one
 * @param name what it is found under there, whatever becomes of the name it has at home
 */
public record Adoption(
    UUID id,
    UUID share,
    SecretId secret,
    Scope scope,
    SecretName name,
    String createdBy,
    Instant createdAt) {

  /** What the row's MAC covers: everything, with places by their ids. */
  Canonical canonical(TenantId tenant) {
    return Canonical.of("adoption/1")
        .id(tenant.value())
        .id(id)
        .id(share)
        .id(secret.value())
        .id(Places.project(scope))
        .id(Places.domain(scope))
        .text(name.text())
        .text(createdBy)
        .time(createdAt);
  }
}
