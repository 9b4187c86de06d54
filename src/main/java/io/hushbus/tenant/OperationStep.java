package io.hushbus.tenant;

import io.hushbus.db.SystemTx;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * One bounded piece of an operation, in a transaction that also writes where the next one starts:
 * both or neither, so that a node that is killed costs nothing but the piece it was at. Called
 * again and again, on any node, until it says that it has done.
 */
@FunctionalInterface
public interface OperationStep {

  /**
   * Does a piece, from {@link Operation#place} on.
   *
   * @return fails with an integrity failure for what no repetition mends: the operation has failed
   */
  Future<Progress> step(SystemTx tx, Operation operation);

  /** What a piece came to. */
  sealed interface Progress {}

  /**
   * There is more to do.
   *
   * @param place where
   * @param done how much this piece did
   * @param total the whole, if this piece counted it
   */
  record More(String place, long done, OptionalLong total) implements Progress {

    static More at(String place, long done) {
      return new More(place, done, OptionalLong.empty());
    }
  }

  /** There is more to do, but not yet. */
  record Rest(String place, long done, Duration pause) implements Progress {}

  /** That was all. */
  record Done() implements Progress {}

  /** It cannot be done here, for want of a key; another node may. */
  record Elsewhere() implements Progress {}
}
