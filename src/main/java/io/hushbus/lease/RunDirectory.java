package io.hushbus.lease;

import io.hushbus.access.RunCallers;
import io.hushbus.db.Statements;
import io.hushbus.model.RunId;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/** The living runs, for finding out who calls with the token of one. */
public final class RunDirectory implements RunCallers {

  private final Keyrings keyrings;
  private final RunStore store = new RunStore();

  public RunDirectory(Keyrings keyrings) {
    this.keyrings = keyrings;
  }

  @Override
  public Future<Optional<Found>> byToken(Statements tx, byte[][] macs) {
    return store.ofToken(tx, macs).compose(this::genuine);
  }

  @Override
  public Future<Optional<Found>> byId(Statements tx, TenantId tenant, RunId run) {
    return store.calling(tx, tenant, run).compose(this::genuine);
  }

  private Future<Optional<Found>> genuine(Optional<RunStore.Calling> found) {
    return found
        .filter(calling -> calling.stored().lives())
        .map(this::verified)
        .orElseGet(() -> Future.succeededFuture(Optional.empty()));
  }

  private Future<Optional<Found>> verified(RunStore.Calling calling) {
    RunStore.Stored stored = calling.stored();
    return keyrings.learning(
        () ->
            keyrings
                .of(stored.tenant())
                .map(
                    keyring ->
                        stored.genuine(keyring)
                            ? Optional.of(
                                new Found(
                                    stored.tenant(),
                                    calling.tenantName(),
                                    stored.run().id(),
                                    stored.run().externalId(),
                                    Duration.between(stored.now(), stored.overAt())))
                            : Optional.<Found>empty()));
  }
}
