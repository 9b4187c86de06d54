package io.hushbus.client;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Callable;

/** How a pool of connections is made of a secret, and closed. */
public interface Pools<P> {

  /**
   * A pool that uses this version. Fails if it cannot connect with it: then the version before
   * stays in use.
   */
  Future<P> open(LeasedSecret credentials);

  /** Closes a pool that nobody uses any more. */
  Future<Void> close(P pool);

  /** Makes a pool on a thread that may block. */
  @FunctionalInterface
  interface Opening<P> {
    P open(LeasedSecret credentials) throws Exception;
  }

  /** Closes a pool on a thread that may block. */
  @FunctionalInterface
  interface Closing<P> {
    void close(P pool) throws Exception;
  }

  /** Of pools that block: each call has a virtual thread of its own. */
  static <P> Pools<P> blocking(Opening<P> opening, Closing<P> closing) {
    return new Pools<>() {
      @Override
      public Future<P> open(LeasedSecret credentials) {
        return apart(() -> opening.open(credentials));
      }

      @Override
      public Future<Void> close(P pool) {
        return Pools.<Boolean>apart(
                () -> {
                  closing.close(pool);
                  return true;
                })
            .mapEmpty();
      }
    };
  }

  private static <T> Future<T> apart(Callable<T> work) {
    Promise<T> done = Promise.promise();
    Thread.ofVirtual().name("hushbus-pool").start(() -> settle(work, done));
    return done.future();
  }

  private static <T> void settle(Callable<T> work, Promise<T> done) {
    try {
      done.complete(work.call());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      done.fail(stopped);
    } catch (Exception | LinkageError failed) {
      done.fail(failed);
    }
  }
}
