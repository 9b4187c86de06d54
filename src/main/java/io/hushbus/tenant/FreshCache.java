package io.hushbus.tenant;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what was read, as long as it is fresh, for at most so many keys; the least recently
 * used goes first. One load a key is under way at a time, and whoever asks meanwhile shares it.
 * Failures and absence are never remembered.
 *
 * <p>May be asked from any context; the future completes on the asker's.
 */
public final class FreshCache<K, V> {

  private final Predicate<V> fresh;
  private final Map<K, V> entries;
  private final Map<K, Future<V>> flights = new HashMap<>();

  /**
   * @param fresh whether a value may still be used; asked at every use, so it must be cheap
   */
  public FreshCache(int capacity, Predicate<V> fresh) {
    this.fresh = fresh;
    this.entries = new LeastRecentlyUsed<>(capacity);
  }

  /** The fresh value of {@code key}, else what {@code load} brings. */
  public Future<V> get(K key, Supplier<Future<V>> load) {
    Promise<V> mine;
    Future<V> flight;
    synchronized (this) {
      V known = entries.get(key);
      if (known != null && fresh.test(known)) {
        return Future.succeededFuture(known);
      }
      mine = Promise.promise();
      flight = flights.putIfAbsent(key, mine.future());
    }
    if (flight != null) {
      return onCallersContext(flight);
    }
    Future<V> answer = onCallersContext(mine.future());
    fly(key, load, mine);
    return answer;
  }

  /** What is remembered of {@code key}, fresh or not. */
  public synchronized Optional<V> last(K key) {
    return Optional.ofNullable(entries.get(key));
  }

  /** Puts what was read by other means. */
  public synchronized void remember(K key, V value) {
    entries.put(key, value);
  }

  /**
   * Makes the next use of {@code key} load again, and a load under way now be remembered by nobody.
   */
  public synchronized void forget(K key) {
    entries.remove(key);
    flights.remove(key);
  }

  /** The same for every key. */
  public synchronized void forgetAll() {
    entries.clear();
    flights.clear();
  }

  /** What is remembered, fresh or not, at this moment. */
  public synchronized List<K> keys() {
    return List.copyOf(entries.keySet());
  }

  /** How many keys are remembered. */
  public synchronized int size() {
    return entries.size();
  }

  private void fly(K key, Supplier<Future<V>> load, Promise<V> mine) {
    started(load)
        .onComplete(
            value -> {
              land(key, mine.future(), value);
              mine.complete(value);
            },
            cause -> {
              land(key, mine.future(), null);
              mine.fail(cause);
            });
  }

  private static <V> Future<V> started(Supplier<Future<V>> load) {
    try {
      return load.get();
    } catch (RuntimeException bug) {
      return Future.failedFuture(bug);
    }
  }

  private synchronized void land(K key, Future<V> flight, @Nullable V value) {
    if (flights.remove(key, flight) && value != null) {
      entries.put(key, value);
    }
  }

  private static <T> Future<T> onCallersContext(Future<T> shared) {
    Context context = Vertx.currentContext();
    if (context == null) {
      return shared;
    }
    Promise<T> own = Promise.promise();
    shared.onComplete(
        value -> context.runOnContext(turn -> own.complete(value)),
        cause -> context.runOnContext(turn -> own.fail(cause)));
    return own.future();
  }

  private static final class LeastRecentlyUsed<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;
    private final int capacity;

    LeastRecentlyUsed(int capacity) {
      super(16, 0.75f, true);
      this.capacity = capacity;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > capacity;
    }
  }
}
