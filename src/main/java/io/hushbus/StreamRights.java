package io.hushbus;

import io.hushbus.access.AccessPolicy;
import io.hushbus.access.Authenticator;
import io.hushbus.delivery.Holding;
import io.hushbus.delivery.Owners;
import io.hushbus.delivery.Rights;
import io.hushbus.event.EventType;
import io.hushbus.lease.HeldLease;
import io.hushbus.lease.HeldLeases;
import io.hushbus.model.Action;
import io.hushbus.model.Caller;
import io.hushbus.model.Principal;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.Nodes;
import io.hushbus.tenant.Quotas;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The rights of stream readers, as access control has them. */
record StreamRights(
    AccessPolicy policy, Authenticator authenticator, HeldLeases leases, Quotas quotas, Nodes nodes)
    implements Rights, Owners {

  private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  /** A run may wherever its leases are, and sees nothing else there. */
  @Override
  public boolean mayRead(Caller caller, Optional<UUID> project) {
    return isRun(caller) || policy.may(caller, Action.EVENT_READ, project);
  }

  /**
   * What a run reads is about its leases. What a wave is told, before all others are, is for the
   * wave, and for whoever may see everybody's leases there.
   */
  @Override
  public boolean holdersOnly(Caller caller, String type, Optional<UUID> project) {
    return isRun(caller)
        || (type.equals(EventType.SECRET_VERSION_STAGED.word()) && !maySeeHolders(caller, project));
  }

  private boolean maySeeHolders(Caller caller, Optional<UUID> project) {
    return policy.may(caller, Action.LEASE_READ, project)
        || (project.isEmpty() && !policy.view(caller, Action.LEASE_READ).projects().isEmpty());
  }

  @Override
  public Future<List<Holding>> held(Caller caller, Set<String> secrets, Set<String> named) {
    return leases
        .of(caller.tenant(), caller.principal(), ids(secrets), ids(named))
        .map(found -> found.stream().<Holding>map(Held::new).toList());
  }

  private static Set<UUID> ids(Set<String> texts) {
    return texts.stream()
        .filter(text -> ID.matcher(text).matches())
        .map(UUID::fromString)
        .collect(Collectors.toSet());
  }

  private static boolean isRun(Caller caller) {
    return caller.principal().kind() == Principal.Kind.RUN;
  }

  /** A lease, as delivery sees it. */
  private record Held(HeldLease lease) implements Holding {

    @Override
    public String secret() {
      return lease.secret().toString();
    }

    @Override
    public boolean isTold(String type, Instant at, Map<String, Object> data) {
      return lease.isTold(type, at, data);
    }
  }

  @Override
  public int mostStreams(TenantId tenant) {
    return (int) Math.min(Integer.MAX_VALUE, nodes.share(quotas.known(tenant).streams()));
  }

  @Override
  public Future<Caller> standing(
      TenantId tenant, Principal principal, Optional<Caller.Proof> vouched) {
    return authenticator.standing(tenant, principal, vouched);
  }

  @Override
  public Future<Caller> refresh(Caller caller) {
    return authenticator.refresh(caller);
  }
}
