package io.hushbus.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Who is calling, as authentication found it: the tenant, the principal, and what it was made
 * where. Holds for seconds only: the authenticator asks again after {@code validUntilNanos}
 * (monotonic clock), so that a removed account or binding stops working.
 *
 * @param displayName the name people gave the principal; for answers and audit, never for decisions
 * @param bindings every role the principal has at the tenant and at projects, those included that
 *     it has by way of a project's community
 * @param communities every role the principal has at communities themselves
 * @param proof what vouches for the caller; none for the broker's own jobs
 */
public record Caller(
    TenantId tenant,
    String tenantName,
    Principal principal,
    String displayName,
    List<Binding> bindings,
    List<AtCommunity> communities,
    long validUntilNanos,
    Optional<Proof> proof) {

  /**
   * What vouches for a caller: a key, directly or through a token made for it, or a revision of an
   * identity provider. When it or the token ends, so does the caller.
   *
   * @param endsNanos when the token expires (monotonic clock), if there is one
   * @param held which mappings of the identity provider held, one bit each; none for a key
   * @param certificate thumbprint of the one certificate that the token may be shown with
   * @param expiresAt when the key or the token expires, to be told; never for decisions
   */
  public record Proof(
      UUID key,
      OptionalLong endsNanos,
      OptionalLong held,
      Optional<String> certificate,
      Optional<Instant> expiresAt) {

    /** One of which it is not known when it expires, or that never does. */
    public Proof(
        UUID key, OptionalLong endsNanos, OptionalLong held, Optional<String> certificate) {
      this(key, endsNanos, held, certificate, Optional.empty());
    }

    /** A key alone. */
    public Proof(UUID key, Optional<Instant> expiresAt) {
      this(key, OptionalLong.empty(), OptionalLong.empty(), Optional.empty(), expiresAt);
    }
  }

  /** A role at the whole tenant ({@code project} empty) or at one project, and all below. */
  public record Binding(Role role, Optional<UUID> project) {}

  /** A role at a community. What it gives in the community's projects stands with the bindings. */
  public record AtCommunity(Role role, UUID community) {}

  public Caller {
    bindings = List.copyOf(bindings);
    communities = List.copyOf(communities);
  }

  /** A caller with no role at a community. */
  public Caller(
      TenantId tenant,
      String tenantName,
      Principal principal,
      String displayName,
      List<Binding> bindings,
      long validUntilNanos,
      Optional<Proof> proof) {
    this(tenant, tenantName, principal, displayName, bindings, List.of(), validUntilNanos, proof);
  }

  /** A caller that no key vouches for. */
  public Caller(
      TenantId tenant,
      String tenantName,
      Principal principal,
      String displayName,
      List<Binding> bindings,
      long validUntilNanos) {
    this(tenant, tenantName, principal, displayName, bindings, validUntilNanos, Optional.empty());
  }
}
