package io.hushbus.model;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Who is calling, as authentication found it: the tenant, the principal, and what it was made
 * where. Holds for seconds only: the authenticator asks again after {@code validUntilNanos}
 * (monotonic clock), so that a removed account or binding stops working.
 *
 * @param displayName the name people gave the principal; for answers and audit, never for decisions
 * @param bindings every role the principal has in this tenant
 */
public record Caller(
    TenantId tenant,
    String tenantName,
    Principal principal,
    String displayName,
    List<Binding> bindings,
    long validUntilNanos) {

  /** A role at the whole tenant ({@code project} empty) or at one project, and all below. */
  public record Binding(Role role, Optional<UUID> project) {}

  public Caller {
    bindings = List.copyOf(bindings);
  }
}
