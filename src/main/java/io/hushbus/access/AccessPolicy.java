package io.hushbus.access;

import io.hushbus.event.Ledger;
import io.hushbus.model.Action;
import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Principal;
import io.hushbus.model.RequestContext;
import io.hushbus.model.Resource;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The one place that decides, and the one that makes a {@link Grant}.
 *
 * <p>A refusal is recorded before it is told; if it cannot be recorded, the answer is that the
 * broker is unavailable. It is told as {@link Failure.Denied} to those who may list such things
 * there, and as {@link Failure.Missing} to everybody else.
 */
public final class AccessPolicy {

  private final Ledger ledger;
  private final Uuids ids;

  public AccessPolicy(Ledger ledger, Uuids ids) {
    this.ledger = ledger;
    this.ids = ids;
  }

  /** A grant, if the caller may do this to any such thing there, whoever owns it. */
  public Future<Grant> require(
      Caller caller, Action action, Resource resource, RequestContext request) {
    boolean allowed = extent(caller, action, resource) == Extent.ALL;
    return decided(allowed, caller, action, resource, request);
  }

  /** A grant, if the caller may do this to a thing that belongs to {@code owner}. */
  public Future<Grant> require(
      Caller caller, Action action, Resource resource, Principal owner, RequestContext request) {
    Extent needed = caller.principal().equals(owner) ? Extent.OWN : Extent.ALL;
    boolean allowed = extent(caller, action, resource).compareTo(needed) >= 0;
    return decided(allowed, caller, action, resource, request);
  }

  /**
   * A grant for a list across the tenant, if the caller may see some of it. What it may see is
   * {@link #view}: whoever lists has to narrow the list to it.
   *
   * @param kind what is listed
   */
  public Future<Grant> requireView(
      Caller caller, Action action, String kind, RequestContext request) {
    boolean allowed =
        !view(caller, action).nothing()
            || (action == Action.COMMUNITY_READ && !communities(caller, action).isEmpty());
    return decided(allowed, caller, action, Resource.ofTenant(kind), request);
  }

  /**
   * A refusal of what no role is enough for, recorded as any other.
   *
   * @return always failed, as {@link #require} fails
   */
  public <T> Future<T> refuse(
      Caller caller, Action action, Resource resource, RequestContext request) {
    return refused(caller, action, resource, request).mapEmpty();
  }

  /** What the caller may see of the things that {@code action} reads. */
  public View view(Caller caller, Action action) {
    return caller.principal().kind() == Principal.Kind.RUN
        ? new View(false, Set.of(), AccessRule.ofRun(action) == Extent.OWN)
        : View.of(caller.bindings(), action);
  }

  /** The communities where the caller's role there lets it do this to any such thing. */
  public Set<UUID> communities(Caller caller, Action action) {
    return caller.communities().stream()
        .filter(role -> AccessRule.extent(role.role(), action) == Extent.ALL)
        .map(Caller.AtCommunity::community)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Whether the caller may do this to any such thing in that project (none: of the tenant as a
   * whole): for filtering lists and streams, where a refusal is silence. Records nothing.
   */
  public boolean may(Caller caller, Action action, Optional<UUID> project) {
    return AccessRule.extent(caller.bindings(), action, project) == Extent.ALL;
  }

  /** The right of one of the broker's own jobs in a tenant. */
  public Grant system(Job job, TenantId tenant) {
    Caller caller = new Caller(tenant, "", job.principal(), job.word(), List.of(), Long.MAX_VALUE);
    return new Grant(caller, job.action(), Resource.ofTenant(job.kind()), ids.ordered(), "");
  }

  private Future<Grant> decided(
      boolean allowed, Caller caller, Action action, Resource resource, RequestContext request) {
    return allowed
        ? Future.succeededFuture(
            new Grant(caller, action, resource, request.id(), request.source(), request.once()))
        : refused(caller, action, resource, request);
  }

  private Future<Grant> refused(
      Caller caller, Action action, Resource resource, RequestContext request) {
    return ledger
        .denied(caller, action, resource, request)
        .compose(recorded -> Future.failedFuture(refusal(caller, action, resource)));
  }

  private static Failure refusal(Caller caller, Action action, Resource resource) {
    return extent(caller, AccessRule.listing(action), resource) == Extent.ALL
        ? Failure.denied()
        : Failure.missing(resource.kind());
  }

  private static Extent extent(Caller caller, Action action, Resource resource) {
    return AccessRule.extent(caller, action, resource);
  }
}
