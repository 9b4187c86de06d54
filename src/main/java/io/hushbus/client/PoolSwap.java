package io.hushbus.client;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A pool of connections whose credentials are leased. On a rotation a new pool is made; what is in
 * use on the one before ends there, nothing new begins on it, and it is closed. Only then is the
 * new version acknowledged as applied. If the new pool cannot be made, the one before stays, and
 * that is acknowledged as failed.
 *
 * <p>Works with any pool: what uses it says so by {@link #use} or {@link #call}.
 */
public final class PoolSwap<P> {

  /** After this a pool is closed under what still uses it: the version will not be valid either. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** One pool, and how many use it. */
  private static final class Generation<P> {

    final P pool;
    private final Promise<Void> idle = Promise.promise();
    private int uses;
    private boolean retired;

    Generation(P pool) {
      this.pool = pool;
    }

    /** False if nothing may begin on it any more. */
    synchronized boolean enter() {
      if (retired) {
        return false;
      }
      uses++;
      return true;
    }

    void leave() {
      boolean last;
      synchronized (this) {
        last = --uses == 0 && retired;
      }
      if (last) {
        idle.tryComplete();
      }
    }

    /** Completes when nobody uses it any more, or patience has run out. */
    Future<Void> retire(Duration patience) {
      boolean unused;
      synchronized (this) {
        retired = true;
        unused = uses == 0;
      }
      if (unused) {
        idle.tryComplete();
      }
      return Future.fromCompletionStage(
          idle.future()
              .toCompletionStage()
              .toCompletableFuture()
              .completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS));
    }
  }

  private final Pools<P> pools;
  private final Duration patience;
  private volatile Generation<P> current;
  private volatile boolean ended;

  private PoolSwap(Pools<P> pools, Duration patience, P first) {
    this.pools = pools;
    this.patience = patience;
    this.current = new Generation<>(first);
  }

  /** Makes the first pool, and a new one on each rotation from then on. */
  public static <P> Future<PoolSwap<P>> over(AsyncLease lease, Pools<P> pools) {
    return over(lease, pools, PATIENCE);
  }

  /**
   * @param patience how long what uses a pool may still use it after a rotation
   */
  public static <P> Future<PoolSwap<P>> over(AsyncLease lease, Pools<P> pools, Duration patience) {
    return pools
        .open(lease.current())
        .map(
            first -> {
              PoolSwap<P> swap = new PoolSwap<>(pools, patience, first);
              lease.onRotation(swap::swap);
              return swap;
            });
  }

  /**
   * The same, waiting for the first pool.
   *
   * @throws RuntimeException what making it fails with
   */
  public static <P> PoolSwap<P> over(Lease lease, Pools<P> pools) {
    return Waiting.on(over(lease.waited(), pools), PATIENCE);
  }

  /** Where the pool was closed nothing uses any version: nothing is made, and nothing is wrong. */
  private Future<Void> swap(LeasedSecret newer) {
    return ended
        ? Future.succeededFuture()
        : pools.open(newer).map(this::replaced).compose(this::closed);
  }

  /**
   * Rotations of one lease come one at a time. What is to be closed: the one before, or the new one
   * itself if all was closed while it was made.
   */
  private synchronized Generation<P> replaced(P pool) {
    Generation<P> next = new Generation<>(pool);
    if (ended) {
      return next;
    }
    Generation<P> before = current;
    current = next;
    return before;
  }

  private Future<Void> closed(Generation<P> before) {
    // A pool that does not close well is not used any more all the same.
    return before.retire(patience).compose(idle -> pools.close(before.pool)).otherwiseEmpty();
  }

  /** Work on the pool, which is not closed before the future completes. */
  public <T> Future<T> use(Function<P, Future<T>> work) {
    Generation<P> generation = entered();
    return Future.succeededFuture()
        .compose(now -> work.apply(generation.pool))
        .onComplete(done -> generation.leave());
  }

  /** Work on the pool, which is not closed before it returns. */
  public <T> T call(Work<P, T> work) throws Exception {
    Generation<P> generation = entered();
    try {
      return work.on(generation.pool);
    } finally {
      generation.leave();
    }
  }

  /** Work that may block, and fail as it likes. */
  @FunctionalInterface
  public interface Work<P, T> {
    T on(P pool) throws Exception;
  }

  private Generation<P> entered() {
    while (!ended) {
      Generation<P> generation = current;
      if (generation.enter()) {
        return generation;
      }
    }
    throw new IllegalStateException("the pool was closed");
  }

  /** Closes the pool when nobody uses it any more. Nothing may begin on it afterwards. */
  public Future<Void> close() {
    return closed(last());
  }

  private synchronized Generation<P> last() {
    ended = true;
    return current;
  }
}
