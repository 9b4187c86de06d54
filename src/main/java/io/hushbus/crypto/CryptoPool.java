package io.hushbus.crypto;

import io.hushbus.model.Failure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Decides where cryptographic work runs: the one place that does.
 *
 * <p>A hop to another thread costs more than sealing a small value, so small symmetric work runs
 * where it is asked for, up to a budget per turn of the event loop; what is over the budget is
 * gathered and goes to a fixed pool as one task per turn, whose results come back as one.
 * Asymmetric work and bulk work always go to the pool. The figures behind the limits are in {@code
 * docs/adr/0003-where-crypto-runs.md}.
 *
 * <p>Futures complete on the caller's context. Whatever the work throws becomes a failed future. At
 * most {@value #MOST_WAITING} operations wait; the next one fails as unavailable keys.
 */
public final class CryptoPool implements AutoCloseable {

  /** Bytes of symmetric work that one turn of an event loop may do inline: about 40 us. */
  static final int INLINE_PER_TURN = 64 * 1024;

  /** What an operation costs beside its bytes, counted in bytes: about 0.6 us. */
  static final int INLINE_PER_OPERATION = 1024;

  /** Bounds the memory of what waits, whatever clients do. */
  static final int MOST_WAITING = 4096;

  /** What the pool tells about itself; called on event loops and pool threads, must not block. */
  public interface Metrics {

    /** Tells nobody. */
    Metrics NONE = new Metrics() {};

    /** Work of that many bytes ran where it was asked for. */
    default void ranInline(int bytes) {}

    /** One task of that many operations went to the pool and waited so long for a thread. */
    default void ranPooled(int operations, long waitedNanos) {}

    /** An operation was turned away, since too many wait. */
    default void refused() {}
  }

  private final Vertx vertx;
  private final Metrics metrics;
  private final ExecutorService pool;
  private final AtomicInteger waiting = new AtomicInteger();
  private final ThreadLocal<Lane> lanes = ThreadLocal.withInitial(Lane::new);

  /**
   * @param threads of the pool: cores less one, at least one
   */
  public CryptoPool(Vertx vertx, int threads, Metrics metrics) {
    this.vertx = vertx;
    this.metrics = metrics;
    this.pool =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("hushbus-crypto-", 0).factory());
  }

  /**
   * Sealing, opening, MACs.
   *
   * @param bytes how much the work encrypts, decrypts or authenticates, about
   */
  public <T> Future<T> symmetric(int bytes, Supplier<T> work) {
    // Off an event loop there is nothing to protect: the thread may take its time.
    if (!Context.isOnEventLoopThread()) {
      return inline(bytes, work);
    }
    Lane lane = lanes.get();
    ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
    lane.beginTurn(context);
    return lane.admits(bytes) ? inline(bytes, work) : lane.queue(context, work);
  }

  /** Signatures, key agreement, re-wrapping in bulk, anything of more than some 30 us. */
  public <T> Future<T> heavy(Supplier<T> work) {
    if (!admit()) {
      return refused();
    }
    ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
    Job<T> job = new Job<>(work, context.promise());
    submit(List.of(job), Runnable::run);
    return job.promise.future();
  }

  /** Makes the JIT compile what requests will need; take no traffic before it completes. */
  public Future<Void> warmUp() {
    return heavy(WarmUp::run).mapEmpty();
  }

  /** Takes no more work; what waits is still done. Does not block. */
  @Override
  public void close() {
    pool.shutdown();
  }

  /**
   * The same, and waits for the end of what was taken on: to be done while the event loops that
   * wait for it still run. Blocks.
   *
   * @return false if it had not ended in that time
   */
  public boolean close(Duration atMost) {
    close();
    try {
      return pool.awaitTermination(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private <T> Future<T> inline(int bytes, Supplier<T> work) {
    metrics.ranInline(bytes);
    try {
      return Future.succeededFuture(work.get());
    } catch (RuntimeException failed) {
      return Future.failedFuture(failed);
    }
  }

  private boolean admit() {
    if (waiting.incrementAndGet() <= MOST_WAITING) {
      return true;
    }
    waiting.decrementAndGet();
    metrics.refused();
    return false;
  }

  private static <T> Future<T> refused() {
    return Future.failedFuture(Failure.unavailable(Failure.Dependency.KEYS));
  }

  // `back` carries the completions to where they belong, all in one hop.
  private void submit(List<? extends Job<?>> jobs, Consumer<Runnable> back) {
    long asked = System.nanoTime();
    try {
      pool.execute(() -> run(jobs, back, asked));
    } catch (RejectedExecutionException closed) {
      waiting.addAndGet(-jobs.size());
      jobs.forEach(Job::refuse);
    }
  }

  private void run(List<? extends Job<?>> jobs, Consumer<Runnable> back, long asked) {
    metrics.ranPooled(jobs.size(), System.nanoTime() - asked);
    jobs.forEach(Job::run);
    waiting.addAndGet(-jobs.size());
    try {
      back.accept(() -> jobs.forEach(Job::complete));
    } catch (RejectedExecutionException stopped) {
      // The event loops have ended, and with them whoever waited: a stop that could not wait.
    }
  }

  /** One piece of work, and who waits for it. */
  private static final class Job<T> {

    private final Supplier<T> work;
    private final Promise<T> promise;
    private Future<T> outcome = refused();

    private Job(Supplier<T> work, Promise<T> promise) {
      this.work = work;
      this.promise = promise;
    }

    // Everything is caught, since a caller whose future never completes waits for ever.
    private void run() {
      try {
        outcome = Future.succeededFuture(work.get());
      } catch (Throwable failed) {
        outcome = Future.failedFuture(failed);
      }
    }

    private void complete() {
      outcome.onComplete(promise::complete, promise::fail);
    }

    private void refuse() {
      promise.fail(Failure.unavailable(Failure.Dependency.KEYS));
    }
  }

  /** The work of one event loop in its current turn; touched by that loop's thread only. */
  private final class Lane {

    private long spent;
    private boolean inTurn;
    private List<Job<?>> jobs = new ArrayList<>();

    // A turn ends when the loop comes to the task put behind all that is now in its queue.
    private void beginTurn(Context context) {
      if (!inTurn) {
        inTurn = true;
        context.runOnContext(end -> endTurn(context));
      }
    }

    private boolean admits(int bytes) {
      long cost = (long) bytes + INLINE_PER_OPERATION;
      if (spent + cost > INLINE_PER_TURN + INLINE_PER_OPERATION) {
        return false;
      }
      spent += cost;
      return true;
    }

    private <T> Future<T> queue(ContextInternal context, Supplier<T> work) {
      if (!admit()) {
        return refused();
      }
      Job<T> job = new Job<>(work, context.promise());
      jobs.add(job);
      return job.promise.future();
    }

    private void endTurn(Context context) {
      inTurn = false;
      spent = 0;
      if (!jobs.isEmpty()) {
        List<Job<?>> batch = jobs;
        jobs = new ArrayList<>();
        submit(batch, complete -> context.runOnContext(here -> complete.run()));
      }
    }
  }
}
