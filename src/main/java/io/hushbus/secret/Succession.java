package io.hushbus.secret;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Tx;
import io.hushbus.event.Fact;
import io.hushbus.model.SecretId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What becomes of the versions of a secret when a new one comes: asked in the transaction that
 * writes it, with the head already written. Answered by who drives rotations, which this package
 * does not know.
 */
public interface Succession {

  /**
   * A new version and those before it.
   *
   * @param head as it is with the new version; its {@code rotation} is the id of this turn
   * @param held the versions that somebody may hold, in order of their numbers, the new one not
   *     among them
   * @param now the database's time, after the head was locked
   */
  record Turn(Secret head, Version next, List<Version> held, Instant now, String author) {

    /** The turn's id. */
    public UUID id() {
      return head.rotation().orElseThrow();
    }

    /** The version that was current before, and still is if the new one waits. */
    public Version before() {
      return held.stream()
          .filter(version -> version.state() == io.hushbus.model.VersionState.CURRENT)
          .findFirst()
          .orElseThrow(() -> io.hushbus.model.Failure.integrity("secret_version"));
    }
  }

  /**
   * @param moved the versions that change, as they are to be written
   * @param deadline until when the version before is valid for its holders, if it has an end
   * @param facts what readers are to be told beside the new version itself
   */
  record Turned(List<Version> moved, Optional<Instant> deadline, List<Fact> facts) {}

  /**
   * Says what becomes of them, and writes its own part. What it must know beside the turn it asks
   * for at once: the head is locked by a statement that was sent before.
   *
   * @param turn fails if there is none after all, and then nothing may be written
   */
  Future<Turned> turn(Tx tx, Keyring keyring, SecretId secret, Future<Turn> turn);

  /** Whether the new version waits to be promoted, and the one before stays current. */
  default boolean staged() {
    return false;
  }

  /** For those who drive no rotations: earlier versions stay valid for their holders for good. */
  Succession KEEPING =
      (tx, keyring, secret, next) ->
          next.map(
              turn ->
                  new Turned(
                      List.of(turn.before().previous(Optional.empty())),
                      Optional.empty(),
                      List.of()));
}
