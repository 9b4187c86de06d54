package io.hushbus.model;

import java.util.Optional;
import java.util.UUID;

/**
 * Proof that a check was made: this caller may do this action to this resource. Services and the
 * ledger take a grant, so a path that forgot to ask does not compile. Made by {@code
 * access.AccessPolicy} alone; a build rule sees to it.
 *
 * @param request the id of the request it was made for; audit records carry it
 * @param source the network address of the caller, for the audit record; empty for the broker's own
 *     jobs
 * @param once the key under which what it is for is to be made once
 */
public record Grant(
    Caller caller,
    Action action,
    Resource resource,
    UUID request,
    String source,
    Optional<Once> once) {

  /** A right to what may be done any number of times. */
  public Grant(Caller caller, Action action, Resource resource, UUID request, String source) {
    this(caller, action, resource, request, source, Optional.empty());
  }

  /** The tenant within which the grant holds. */
  public TenantId tenant() {
    return caller.tenant();
  }

  /**
   * This grant, if it was made for {@code wanted}.
   *
   * @throws IllegalStateException if it was made for another action: a right was asked for and
   *     another one used, which is a bug
   */
  public Grant allowing(Action wanted) {
    if (action != wanted) {
      throw new IllegalStateException("a grant of " + action + " was used for " + wanted);
    }
    return this;
  }

  /**
   * This grant, if it was made for {@code wanted} in {@code where}: for its project, or for the
   * tenant as a whole.
   *
   * @throws IllegalStateException if it was made for another action or another project, which is a
   *     bug
   */
  public Grant allowing(Action wanted, Scope where) {
    Optional<UUID> asked = resource.project();
    if (asked.isPresent() && !asked.equals(where.inProject().map(Scope.Place::id))) {
      throw new IllegalStateException("a grant for one project was used outside of it");
    }
    return allowing(wanted);
  }

  /**
   * This grant, if it was not made for another thing than {@code thing}.
   *
   * @throws IllegalStateException if it was, which is a bug
   */
  public Grant about(UUID thing) {
    if (resource.id().isPresent() && !resource.id().get().equals(thing)) {
      throw new IllegalStateException("a grant for one thing was used for another");
    }
    return this;
  }
}
