package io.hushbus.lease;

import io.hushbus.crypto.Canonical;
import io.hushbus.model.RunId;
import io.hushbus.model.TenantId;
import java.time.Instant;
import java.util.Optional;

/**
 * One process of a gang, which acknowledges for itself.
 *
 * @param detachedAt when nobody had to wait for it any more
 */
record Member(RunId run, String name, Optional<Instant> detachedAt) {

  static Member attached(RunId run, String name) {
    return new Member(run, name, Optional.empty());
  }

  /** What the row's MAC covers: whether it is waited for. Not when it was last heard of. */
  Canonical canonical(TenantId tenant) {
    return Canonical.of("run-member/1")
        .id(tenant.value())
        .id(run.value())
        .text(name)
        .time(detachedAt.orElse(null));
  }
}
