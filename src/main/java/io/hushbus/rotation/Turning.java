package io.hushbus.rotation;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Tx;
import io.hushbus.event.EventType;
import io.hushbus.event.Fact;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretId;
import io.hushbus.model.VersionState;
import io.hushbus.secret.Lineage;
import io.hushbus.secret.Succession;
import io.hushbus.secret.Version;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Begins a rotation with a new version, in its transaction: says what becomes of the versions
 * before, ends the rotation that was under way, writes the new one.
 */
final class Turning implements Succession {

  /** Why a version comes. */
  sealed interface Cause {}

  /** Somebody changed the value; what was under way goes on in the new rotation. */
  record Change() implements Cause {}

  /** Somebody asked for a rotation; there must be none. */
  record Request() implements Cause {}

  /**
   * Back to the content before a rotation, which must be the newest.
   *
   * @param as what becomes of that rotation
   */
  record Undo(Rotation rotation, Phase as) implements Cause {}

  private final Cause cause;
  private final Order order;

  Turning(Cause cause, Order order) {
    this.cause = cause;
    this.order = order;
  }

  @Override
  public boolean staged() {
    return order.strategy() == Strategy.STAGED;
  }

  @Override
  public Future<Turned> turn(Tx tx, Keyring keyring, SecretId secret, Future<Turn> turn) {
    RotationStore store = new RotationStore(keyring);
    Future<Optional<Rotation>> before = store.underWay(tx, secret);
    return Future.all(turn, before)
        .map(
            read -> {
              give(tx, store, before.result(), turn.result());
              return begin(tx, store, turn.result());
            });
  }

  private void give(Tx tx, RotationStore store, Optional<Rotation> before, Turn turn) {
    Phase as =
        switch (cause) {
          case Change change -> Phase.SUPERSEDED;
          case Request request -> {
            before.ifPresent(Turning::refuse);
            yield Phase.SUPERSEDED;
          }
          case Undo undo -> {
            undoable(undo, before, turn);
            yield undo.as();
          }
        };
    before
        .map(rotation -> rotation.ended(as, turn.now(), Optional.empty()))
        .ifPresent(ended -> tx.trust(store.update(tx, ended, true)));
  }

  private static void refuse(Rotation underWay) {
    throw Failure.conflict(
        Failure.Reason.ROTATION_IN_PROGRESS,
        List.of(new Failure.Blocker("rotation", underWay.id().toString())));
  }

  /** The old version must still be valid for somebody; once retired there is no way back. */
  private static void undoable(Undo undo, Optional<Rotation> before, Turn turn) {
    boolean underWay = before.filter(one -> one.id().equals(undo.rotation().id())).isPresent();
    boolean holdable =
        turn.held().stream()
            .filter(version -> version.number() == undo.rotation().from())
            .anyMatch(version -> version.holdable(turn.now()));
    if (!underWay || !holdable) {
      throw Failure.conflict(Failure.Reason.STATE);
    }
  }

  private Turned begin(Tx tx, RotationStore store, Turn turn) {
    Version before = turn.before();
    Optional<Instant> deadline =
        staged() || before.sameContent(turn.next())
            ? Optional.empty()
            : Optional.of(turn.now().plus(grace()));
    Rotation rotation = rotation(turn, before, deadline);
    tx.trust(store.insert(tx, rotation));
    return new Turned(moved(turn), deadline, facts(turn, rotation));
  }

  private Rotation rotation(Turn turn, Version before, Optional<Instant> deadline) {
    return new Rotation(
        turn.id(),
        turn.head().id(),
        turn.head().scope(),
        turn.head().name(),
        before.number(),
        turn.next().number(),
        order.strategy(),
        staged() ? Phase.STAGED : Phase.DRAINING,
        order.grace(),
        deadline,
        order.staging(),
        0,
        staged() ? Optional.of(turn.now()) : Optional.empty(),
        turn.author(),
        turn.now(),
        Optional.empty(),
        cause instanceof Undo undo ? Optional.of(undo.rotation().id()) : Optional.<UUID>empty(),
        Optional.empty());
  }

  private Duration grace() {
    return order.strategy() == Strategy.IMMEDIATE ? Duration.ZERO : order.grace();
  }

  private List<Version> moved(Turn turn) {
    List<Version> moved = new ArrayList<>();
    turn.held().forEach(version -> after(version, turn).ifPresent(moved::add));
    return moved;
  }

  /** What becomes of an earlier version; empty: nothing. */
  private Optional<Version> after(Version version, Turn turn) {
    if (staged() && version.state() != VersionState.PENDING) {
      return Optional.empty();
    }
    boolean over = version.state() == VersionState.PREVIOUS && !version.holdable(turn.now());
    if (over || (order.strategy() == Strategy.IMMEDIATE && !version.sameContent(turn.next()))) {
      return Optional.of(version.retired());
    }
    if (version.sameContent(turn.next())) {
      return again(version) ? Optional.empty() : Optional.of(version.previous(Optional.empty()));
    }
    return version.validUntil().isPresent()
        ? Optional.empty()
        : Optional.of(version.previous(Optional.of(turn.now().plus(grace()))));
  }

  /** Whether it is that already: it had the same content as the version before this turn, too. */
  private static boolean again(Version version) {
    return version.state() == VersionState.PREVIOUS && version.validUntil().isEmpty();
  }

  private List<Fact> facts(Turn turn, Rotation rotation) {
    List<Fact> facts = new ArrayList<>();
    if (cause instanceof Undo undo && undo.as() == Phase.FAILED) {
      Rotation failed = undo.rotation().ended(Phase.FAILED, turn.now(), Optional.empty());
      facts.add(Lineage.fact(EventType.ROTATION_FAILED, turn.head(), Told.of(failed)));
    }
    facts.add(Lineage.fact(EventType.ROTATION_STARTED, turn.head(), Told.of(rotation)));
    if (rotation.phase() == Phase.STAGED) {
      facts.add(Told.staged(turn.head(), rotation, turn.next()));
    }
    return facts;
  }
}
