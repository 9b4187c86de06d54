package io.hushbus.secret;

import io.hushbus.model.Failure;
import io.vertx.core.Future;
import java.util.List;

/**
 * One reason why a secret may have to stay. Asked inside the deletion, after the head was written:
 * no grant passes a head that is being written, so nothing can come between the answer and the
 * commit.
 */
interface DeletionGuard {

  /** What stands in the way, at most 100; empty: nothing. */
  Future<List<Failure.Blocker>> blockers(SecretTx tx, Secret leaving);

  /** Refuses while something uses the secret. */
  static DeletionGuard unused(Uses uses) {
    return (tx, leaving) -> uses.blockers(tx.tx(), leaving.id());
  }
}
