package io.hushbus.client;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The one thread on which a client keeps what it holds: begun when it is first needed, a daemon.
 * Nothing on it may block. After its end nothing runs any more.
 */
final class Loop implements AutoCloseable {

  private final ScheduledThreadPoolExecutor thread;

  Loop() {
    thread =
        new ScheduledThreadPoolExecutor(
            1, task -> Thread.ofPlatform().daemon().name("hushbus-client").unstarted(task));
    thread.setRemoveOnCancelPolicy(true);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Something that will be done, unless it is cancelled. */
  @FunctionalInterface
  interface Timer {
    /** Nothing to be done. */
    Timer NONE = () -> {};

    void cancel();
  }

  void execute(Runnable task) {
    at(System.nanoTime(), task);
  }

  /**
   * @param when as {@link System#nanoTime} counts
   */
  Timer at(long when, Runnable task) {
    try {
      var planned =
          thread.schedule(
              () -> guarded(task), Math.max(0, when - System.nanoTime()), TimeUnit.NANOSECONDS);
      return () -> planned.cancel(false);
    } catch (RejectedExecutionException ended) {
      return Timer.NONE;
    }
  }

  /** Completes on this thread, after so many nanoseconds. */
  Future<Void> after(long nanos) {
    Promise<Void> then = Promise.promise();
    at(System.nanoTime() + nanos, then::tryComplete);
    if (thread.isShutdown()) {
      then.tryFail(new Unreachable("the client was closed"));
    }
    return then.future();
  }

  /** The same future, completed on this thread. */
  <T> Future<T> here(Future<T> other) {
    Promise<T> here = Promise.promise();
    other.onComplete(
        value -> execute(() -> here.complete(value)), cause -> execute(() -> here.fail(cause)));
    return here.future();
  }

  /** A bug in a task is shown as one, and does not end the thread. */
  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error bug) {
      Thread current = Thread.currentThread();
      current.getUncaughtExceptionHandler().uncaughtException(current, bug);
    }
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
