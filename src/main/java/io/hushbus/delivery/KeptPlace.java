package io.hushbus.delivery;

import io.hushbus.model.Caller;
import io.hushbus.model.EventPosition;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * The rights of one who reads a subscription: its own, as long as the subscription is there.
 * Whenever they are read again, so is the place that was acknowledged, by whichever connection.
 */
final class KeptPlace implements Rights {

  private final Rights rights;
  private final Function<Caller, Future<Subscription>> again;
  private volatile EventPosition acked;

  KeptPlace(Rights rights, Function<Caller, Future<Subscription>> again, Subscription now) {
    this.rights = rights;
    this.again = again;
    this.acked = now.acked();
  }

  EventPosition acked() {
    return acked;
  }

  @Override
  public boolean mayRead(Caller caller, Optional<UUID> project) {
    return rights.mayRead(caller, project);
  }

  @Override
  public Future<Caller> refresh(Caller caller) {
    return rights
        .refresh(caller)
        .compose(
            now ->
                again
                    .apply(now)
                    .map(
                        found -> {
                          acked = found.acked();
                          return now;
                        }));
  }

  @Override
  public boolean holdersOnly(Caller caller, String type, Optional<UUID> project) {
    return rights.holdersOnly(caller, type, project);
  }

  @Override
  public Future<List<Holding>> held(Caller caller, Set<String> secrets, Set<String> named) {
    return rights.held(caller, secrets, named);
  }

  @Override
  public int mostStreams(TenantId tenant) {
    return rights.mostStreams(tenant);
  }
}
