package io.hushbus.delivery;

import io.hushbus.model.Caller;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
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
   * For a caller that sees notices about single secrets alone, such as a run: the ids of those it
   * holds now, as texts. Empty for all others, who see what {@link #mayRead} says.
   *
   * <p>Asked after the notices were read that it decides about, so that what the caller took before
   * a change of it was committed is among them.
   */
  default Future<Optional<Set<String>>> held(Caller caller) {
    return Future.succeededFuture(Optional.empty());
  }

  /** How many streams and waiting polls the tenant may have on this node. */
  default int mostStreams(TenantId tenant) {
    return Integer.MAX_VALUE;
  }
}
