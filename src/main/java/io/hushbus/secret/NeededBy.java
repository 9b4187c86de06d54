package io.hushbus.secret;

import io.hushbus.db.Tx;
import io.hushbus.model.Failure;
import io.vertx.core.Future;
import java.util.List;

/**
 * Who needs a secret by its name, asked by the guards on deletion and renaming; answered by those
 * who know environments, which this package does not.
 */
@FunctionalInterface
public interface NeededBy {

  /**
   * The environments that resolve a need to this secret as it stood under its name, at most 100.
   */
  Future<List<Failure.Blocker>> blockers(Tx tx, Secret head);
}
