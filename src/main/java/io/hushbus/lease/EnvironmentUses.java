package io.hushbus.lease;

import io.hushbus.db.Tx;
import io.hushbus.model.Failure;
import io.hushbus.secret.NeededBy;
import io.hushbus.secret.Secret;
import io.vertx.core.Future;
import java.util.List;

/**
 * Environments as uses of a secret. A row that another hand edited counts: guards err on the side
 * of keeping.
 */
public final class EnvironmentUses implements NeededBy {

  private static final int MOST_BLOCKERS = 100;

  private final EnvironmentStore store = new EnvironmentStore();

  @Override
  public Future<List<Failure.Blocker>> blockers(Tx tx, Secret head) {
    return store
        .needing(tx, head, MOST_BLOCKERS)
        .map(
            all ->
                all.stream()
                    .map(one -> one.environment().id().toString())
                    .map(id -> new Failure.Blocker("environment", id))
                    .toList());
  }
}
