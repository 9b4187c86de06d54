package io.hushbus.secret;

import io.hushbus.event.Change;
import io.hushbus.model.VersionState;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;

/**
 * Where versions come into being and go: every new head and every new version is written here, and
 * with each one the versions that become too many lose their ciphertext.
 */
record NewVersions(Uses uses, Succession succession) {

  /**
   * Writes a new secret with its first version, whose number must never have been given, under a
   * name that no adoption has there.
   */
  Future<Secret> first(SecretTx tx, Draft draft) {
    Secret head = draft.head();
    Future<Void> claimed = tx.claim(head).map(Preconditions.NONE::unlessRaced);
    if (head.currentVersion() > 1) {
      return claimed.map(won -> placed(tx, draft));
    }
    tx.unless(claimed); // of a name that was never used: there is nothing to wait for
    return Future.succeededFuture(placed(tx, draft));
  }

  private static Secret placed(SecretTx tx, Draft draft) {
    Secret head = draft.head();
    tx.unless(tx.sharing().unadopted(head.scope(), head.name()));
    tx.insert(head);
    tx.insert(draft);
    return head;
  }

  /** A secret after a turn, how the turn went, and what was kept of it before. */
  record Turned(Secret head, Version before, Succession.Turned turn, SecretTx.Kept kept) {}

  /** As {@link #next(SecretTx, OpenSecret, Draft, Preconditions, Succession)}, the usual way. */
  Future<Turned> next(SecretTx tx, OpenSecret before, Draft draft, Preconditions when) {
    return next(tx, before, draft, when, succession);
  }

  /**
   * Makes the draft the newest version of the secret, if it is still as {@code before}: the current
   * one, or one that waits.
   */
  Future<Turned> next(
      SecretTx tx, OpenSecret before, Draft draft, Preconditions when, Succession how) {
    Secret head = draft.head();
    Future<Void> won = tx.update(before.head(), head).map(when::unlessRaced);
    Future<SecretTx.Kept> kept = tx.kept(head);
    Future<Set<Integer>> used = usedIfFull(tx, head);
    Future<Succession.Turn> turn = Future.all(won, kept).map(read -> turn(draft, kept.result()));
    return how.turn(tx.tx(), tx.keyring(), head.id(), turn)
        .compose(
            turned ->
                used.map(held -> written(tx, draft, kept.result(), turned, held))
                    .map(done -> new Turned(head, turn.result().before(), turned, kept.result())));
  }

  /**
   * Asked together with what is kept, where there may be more of it than the head allows: numbers
   * are given once, so that there are never more versions than numbers.
   */
  private Future<Set<Integer>> usedIfFull(SecretTx tx, Secret head) {
    return head.nextVersion() - 1 > head.maxVersions()
        ? uses.heldVersions(tx.tx(), head.id())
        : Future.succeededFuture(Set.of());
  }

  private static Succession.Turn turn(Draft draft, SecretTx.Kept kept) {
    return new Succession.Turn(
        draft.head(), draft.version(), kept.held(), kept.now(), draft.version().createdBy());
  }

  private static Succession.Turned written(
      SecretTx tx, Draft draft, SecretTx.Kept kept, Succession.Turned turned, Set<Integer> used) {
    Secret head = draft.head();
    turned.moved().forEach(one -> tx.move(head, one));
    tx.insert(draft);
    List<Version> old =
        kept.beyond(1).stream().map(version -> asMoved(version, turned.moved())).toList();
    unheld(old, used).forEach(one -> tx.move(head, one.destroyed()));
    return turned;
  }

  private static Version asMoved(Version version, List<Version> moved) {
    return moved.stream()
        .filter(one -> one.number() == version.number())
        .findFirst()
        .orElse(version);
  }

  /** The change that a turn is, with what readers are told of it, those who adopted it too. */
  static Future<Change<Secret>> told(Turned turned, boolean staged) {
    Secret head = turned.head();
    Change<Secret> silent =
        new Change<>(head, List.of(Announcements.trace(turned)), turned.turn().facts());
    return staged
        ? Future.succeededFuture(silent)
        : turned
            .kept()
            .adopted()
            .map(adopted -> silent.tellingFirst(Announcements.announced(turned, adopted)));
  }

  /** Destroys the versions past the limit, sparing those that live leases hold. */
  Future<Secret> prune(SecretTx tx, Secret head) {
    return tx.kept(head)
        .map(kept -> kept.beyond(0))
        .compose(old -> old.isEmpty() ? Future.succeededFuture() : destroyUnheld(tx, head, old))
        .map(head);
  }

  private Future<Void> destroyUnheld(SecretTx tx, Secret head, List<Version> old) {
    return uses.heldVersions(tx.tx(), head.id())
        .map(
            held -> {
              unheld(old, held).forEach(one -> tx.move(head, one.destroyed()));
              return null;
            });
  }

  /** What new leases get, and what waits to be that, stays too. */
  private static List<Version> unheld(List<Version> old, Set<Integer> held) {
    return old.stream()
        .filter(version -> !held.contains(version.number()))
        .filter(version -> version.state() != VersionState.CURRENT)
        .filter(version -> version.state() != VersionState.PENDING)
        .toList();
  }
}
