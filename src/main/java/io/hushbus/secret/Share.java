package io.hushbus.secret;

import io.hushbus.crypto.Canonical;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import java.time.Instant;
import java.util.UUID;

/**
 * That a project's secret is visible in the project's community, and may be adopted there.
 *
 * @param id another one each time the secret is shared: what was adopted under an earlier share
 *     does not come back with a later one
 */
public record Share(
    UUID id, SecretId secret, Scope.Place community, String createdBy, Instant createdAt) {

  /** What the row's MAC covers: everything but the name of the community. */
  Canonical canonical(TenantId tenant) {
    return Canonical.of("secret-share/1")
        .id(tenant.value())
        .id(id)
        .id(secret.value())
        .id(community.id())
        .text(createdBy)
        .time(createdAt);
  }
}
