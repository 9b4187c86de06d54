package io.hushbus.client;

import io.vertx.core.Promise;

/** Puts a new version to use, on a thread that may block. */
@FunctionalInterface
public interface Callback {

  /**
   * As {@link Rotation#taken}: what returns is acknowledged as applied, what throws as failed, or
   * as deferred for a {@link Rotation.Deferred}.
   */
  void taken(LeasedSecret newer) throws Exception;

  /** The same on a virtual thread of its own. */
  default Rotation rotation() {
    return newer -> {
      Promise<Void> done = Promise.promise();
      Thread.ofVirtual().name("hushbus-callback").start(() -> call(newer, done));
      return done.future();
    };
  }

  private void call(LeasedSecret newer, Promise<Void> done) {
    try {
      taken(newer);
      done.complete();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      done.fail(stopped);
    } catch (Exception | LinkageError | AssertionError failed) {
      done.fail(failed);
    }
  }
}
