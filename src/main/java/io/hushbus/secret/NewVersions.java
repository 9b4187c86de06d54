package io.hushbus.secret;

import io.vertx.core.Future;
import java.util.List;
import java.util.Set;

/**
 * Where versions come into being and go: every new head and every new version is written here, and
 * with each one the versions that become too many lose their ciphertext.
 */
record NewVersions(Uses uses) {

  /**
   * Writes a new secret with its first version, whose number must never have been given, under a
   * name that no adoption has there.
   */
  Future<Secret> first(SecretTx tx, Draft draft) {
    return tx.claim(draft.head())
        .map(Preconditions.NONE::unlessRaced)
        .compose(claimed -> tx.sharing().unadopted(draft.head().scope(), draft.head().name()))
        .compose(free -> tx.insert(draft.head()))
        .compose(inserted -> tx.insert(draft))
        .map(draft.head());
  }

  /** Makes the draft the current version of the secret, if it is still as {@code before}. */
  Future<Secret> next(SecretTx tx, OpenSecret before, Draft draft, Preconditions when) {
    Secret head = draft.head();
    return tx.update(before.head(), head)
        .map(when::unlessRaced)
        .compose(won -> tx.move(head, before.version().previous()))
        .compose(moved -> tx.insert(draft))
        .compose(inserted -> prune(tx, head));
  }

  /** Destroys the versions past the limit, sparing those that live leases hold. */
  Future<Secret> prune(SecretTx tx, Secret head) {
    return tx.beyond(head)
        .compose(old -> old.isEmpty() ? Future.succeededFuture() : destroyUnheld(tx, head, old))
        .map(head);
  }

  private Future<Void> destroyUnheld(SecretTx tx, Secret head, List<Version> old) {
    return uses.heldVersions(tx.tx(), head.id())
        .compose(held -> destroyAll(tx, head, unheld(old, held)));
  }

  private static List<Version> unheld(List<Version> old, Set<Integer> held) {
    return old.stream().filter(version -> !held.contains(version.number())).toList();
  }

  private static Future<Void> destroyAll(SecretTx tx, Secret head, List<Version> versions) {
    return Future.all(versions.stream().map(one -> tx.move(head, one.destroyed())).toList())
        .mapEmpty();
  }
}
