package io.hushbus.delivery;

import io.hushbus.model.Caller;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What delivery asks of access control while a stream is open. Implemented over {@code
 * access.AccessPolicy} and {@code access.Authenticator}.
 */
public interface Rights {

  /** Whether the caller may read events of a project, or (empty) of the whole tenant. */
  boolean mayRead(Caller caller, Optional<UUID> project);

  /**
   * The caller as it is now, read again if {@link Caller#validUntilNanos()} has passed. Fails with
   * {@code Unauthenticated}, {@code Denied} or {@code Missing} if it is no more; any other failure
   * means unknown.
   */
  Future<Caller> refresh(Caller caller);

  /**
   * Whether the caller sees notices of this type there only if they are about what it holds: all
   * there are for a run, some for others.
   */
  default boolean holdersOnly(Caller caller, String type, Optional<UUID> project) {
    return false;
  }

  /**
   * What the caller holds of these secrets, or held until lately; for what {@link #holdersOnly}
   * keeps for holders.
   *
   * <p>Asked after the notices were read that it decides about, so that what the caller took before
   * a change of it was committed is among them.
   *
   * @param named the ids of runs and leases that the notices name: of what else an account holds,
   *     it is enough to answer what decides
   */
  default Future<List<Holding>> held(Caller caller, Set<String> secrets, Set<String> named) {
    return Future.succeededFuture(List.of());
  }

  /** How many streams and waiting polls the tenant may have on this node. */
  default int mostStreams(TenantId tenant) {
    return Integer.MAX_VALUE;
  }
}
