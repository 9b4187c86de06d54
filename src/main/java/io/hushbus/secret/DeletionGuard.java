package io.hushbus.secret;

import io.hushbus.model.Failure;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * One reason why a secret may have to stay. Asked inside the deletion, after the head was written:
 * no grant passes a head that is being written, so nothing can come between the answer and the
 * commit.
 */
interface DeletionGuard {

  /** What stands in the way, at most 100; empty: nothing. */
  Future<List<Failure.Blocker>> blockers(SecretTx tx, Secret leaving);

  /** Refuses while a project has adopted the secret. */
  static DeletionGuard unadopted() {
    return (tx, leaving) ->
        tx.sharing()
            .ofSecret(leaving.id(), Optional.empty(), MOST)
            .map(
                adopted ->
                    adopted.stream()
                        .map(one -> new Failure.Blocker("adoption", one.adoption().id().toString()))
                        .toList());
  }

  /** The most blockers of one kind in an answer. */
  int MOST = 100;

  /** Refuses while something uses the secret. */
  static DeletionGuard unused(Uses uses) {
    return (tx, leaving) -> uses.blockers(tx.tx(), leaving.id());
  }
}
