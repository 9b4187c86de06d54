package io.hushbus.secret;

import io.hushbus.event.Fact;
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

  /**
   * Ends what stands in the way, for a deletion that is forced, and gives what readers are to be
   * told of that. What a guard does not end goes on blocking.
   */
  default Future<List<Fact>> end(SecretTx tx, Secret leaving) {
    return Future.succeededFuture(List.of());
  }

  /** Refuses while a project has adopted the secret; forced, ends the adoptions. */
  static DeletionGuard unadopted(AdoptionEnds ends) {
    return new Unadopted(ends);
  }

  /** Adoptions. */
  record Unadopted(AdoptionEnds ends) implements DeletionGuard {

    @Override
    public Future<List<Failure.Blocker>> blockers(SecretTx tx, Secret leaving) {
      return tx.sharing()
          .ofSecret(leaving.id(), Optional.empty(), MOST)
          .map(
              adopted ->
                  adopted.stream()
                      .map(one -> new Failure.Blocker("adoption", one.adoption().id().toString()))
                      .toList());
    }

    @Override
    public Future<List<Fact>> end(SecretTx tx, Secret leaving) {
      return tx.sharing()
          .endOfSecret(leaving.id())
          .compose(ended -> ends.withdrawn(tx.tx(), tx.keyring(), ended));
    }
  }

  /** Refuses while an environment needs the secret; a forced deletion passes by it. */
  static DeletionGuard unneeded(NeededBy environments) {
    return new Unneeded(environments);
  }

  /** Environments that need the secret. They stay, and their need is then missing. */
  record Unneeded(NeededBy environments) implements DeletionGuard {

    @Override
    public Future<List<Failure.Blocker>> blockers(SecretTx tx, Secret leaving) {
      return environments.blockers(tx.tx(), leaving);
    }

    @Override
    public boolean yields() {
      return true;
    }
  }

  /** Whether a deletion that is forced passes by whatever stands in the way. */
  default boolean yields() {
    return false;
  }

  /** The most blockers of one kind in an answer. */
  int MOST = 100;

  /** Refuses while leases are live; forced, revokes them. */
  static DeletionGuard unused(Uses uses) {
    return new Unused(uses);
  }

  /** Live leases. */
  record Unused(Uses uses) implements DeletionGuard {

    @Override
    public Future<List<Failure.Blocker>> blockers(SecretTx tx, Secret leaving) {
      return uses.blockers(tx.tx(), leaving.id());
    }

    @Override
    public Future<List<Fact>> end(SecretTx tx, Secret leaving) {
      return uses.revokeAll(tx.tx(), tx.keyring(), leaving.id())
          .map(
              count ->
                  count.isNone()
                      ? List.of()
                      : List.of(Announcements.leasesRevoked(leaving, count)));
    }
  }
}
