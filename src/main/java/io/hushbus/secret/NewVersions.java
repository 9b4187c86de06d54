package io.hushbus.secret;

import io.hushbus.event.Change;
import io.hushbus.model.VersionState;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
    return tx.claim(draft.head())
        .map(Preconditions.NONE::unlessRaced)
        .compose(claimed -> tx.sharing().unadopted(draft.head().scope(), draft.head().name()))
        .compose(free -> tx.insert(draft.head()))
        .compose(inserted -> tx.insert(draft))
        .map(draft.head());
  }

  /** A secret after a turn, and how the turn went. */
  record Turned(Secret head, Version before, Succession.Turned turn) {}

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
    return tx.update(before.head(), head)
        .map(when::unlessRaced)
        .compose(won -> turn(tx, draft))
        .compose(
            turn ->
                how.turn(tx.tx(), tx.keyring(), turn)
                    .compose(done -> written(tx, draft, done))
                    .map(done -> new Turned(head, turn.before(), done)));
  }

  private static Future<Succession.Turn> turn(SecretTx tx, Draft draft) {
    Future<Instant> now = tx.now();
    Future<List<Version>> held = tx.heldVersions(draft.head());
    return Future.all(now, held)
        .map(
            read ->
                new Succession.Turn(
                    draft.head(),
                    draft.version(),
                    held.result(),
                    now.result(),
                    draft.version().createdBy()));
  }

  private Future<Succession.Turned> written(SecretTx tx, Draft draft, Succession.Turned turned) {
    Secret head = draft.head();
    return Future.all(turned.moved().stream().map(one -> tx.move(head, one)).toList())
        .compose(moved -> tx.insert(draft))
        .compose(inserted -> prune(tx, head))
        .map(turned);
  }

  /** The change that a turn is, with what readers are told of it, those who adopted it too. */
  static Future<Change<Secret>> told(SecretTx tx, Turned turned, boolean staged) {
    Secret head = turned.head();
    Change<Secret> silent =
        new Change<>(head, List.of(Announcements.trace(turned)), turned.turn().facts());
    return staged
        ? Future.succeededFuture(silent)
        : tx.sharing()
            .ofSecret(head.id(), Optional.empty(), Integer.MAX_VALUE)
            .map(adopted -> silent.tellingFirst(Announcements.announced(turned, adopted)));
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

  /** What new leases get, and what waits to be that, stays too. */
  private static List<Version> unheld(List<Version> old, Set<Integer> held) {
    return old.stream()
        .filter(version -> !held.contains(version.number()))
        .filter(version -> version.state() != VersionState.CURRENT)
        .filter(version -> version.state() != VersionState.PENDING)
        .toList();
  }

  private static Future<Void> destroyAll(SecretTx tx, Secret head, List<Version> versions) {
    return Future.all(versions.stream().map(one -> tx.move(head, one.destroyed())).toList())
        .mapEmpty();
  }
}
