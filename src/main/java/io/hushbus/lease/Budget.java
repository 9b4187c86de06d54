package io.hushbus.lease;

import io.hushbus.db.Db;
import io.hushbus.db.Tx;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.FreshCache;
import io.hushbus.tenant.Quota;
import io.hushbus.tenant.Quotas;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * Keeps what a tenant has of something within its quota without making its requests wait for each
 * other: a node counts now and then and adds what it makes itself in between.
 *
 * <p>Near the limit a count is at most five seconds old; below four fifths of it, a minute. So the
 * quota may be passed by what other nodes make in five seconds, or by a fifth of it in a minute if
 * a tenant grows that fast; and what has ended counts for up to a second once the quota is full. A
 * tenant's count never touches another tenant.
 */
final class Budget {

  private static final Duration COME_BACK = Duration.ofSeconds(5);
  private static final long FULL_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long NEAR_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long FAR_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int CAPACITY = 10_000;

  /** What a tenant has: what was counted, and what was made here since. */
  private record Count(long counted, AtomicLong since, long limit, long atNanos) {

    long now() {
      return counted + since.get();
    }

    long lifeNanos() {
      return now() >= limit ? FULL_NANOS : NEAR_NANOS;
    }

    boolean take(int more) {
      if (since.addAndGet(more) + counted <= limit) {
        return true;
      }
      since.addAndGet(-more);
      return false;
    }
  }

  /** Counts what a tenant has, up to {@code most}. */
  @FunctionalInterface
  interface Counting {
    Future<Long> count(Tx tx, long most);
  }

  private final String word;
  private final Db db;
  private final Quotas quotas;
  private final ToLongFunction<Quota> share;
  private final Counting counting;
  private final LongSupplier nanos;
  private final FreshCache<TenantId, Count> counts;

  private Budget(
      String word,
      Db db,
      Quotas quotas,
      ToLongFunction<Quota> share,
      Counting counting,
      LongSupplier nanos) {
    this.word = word;
    this.db = db;
    this.quotas = quotas;
    this.share = share;
    this.counting = counting;
    this.nanos = nanos;
    this.counts = new FreshCache<>(CAPACITY, count -> age(count) < count.lifeNanos());
  }

  /**
   * Of open runs.
   *
   * @param nanos a monotonic clock
   */
  static Budget ofRuns(Db db, Quotas quotas, LongSupplier nanos) {
    RunStore store = new RunStore();
    return new Budget("runs", db, quotas, Quota::runs, store::countOpen, nanos);
  }

  private long age(Count count) {
    return nanos.getAsLong() - count.atNanos();
  }

  /**
   * Takes room for so many more.
   *
   * @return {@link Failure.OverBudget} if the tenant has none
   */
  Future<Void> take(TenantId tenant, int more) {
    var last = counts.last(tenant);
    var counted = counts.get(tenant, () -> count(tenant));
    return last.filter(count -> far(count, more)).isPresent()
        ? taken(last.get(), more)
        : counted.compose(count -> taken(count, more));
  }

  private boolean far(Count count, int more) {
    return age(count) < FAR_NANOS && count.now() + more <= count.limit() / 5 * 4;
  }

  private Future<Void> taken(Count count, int more) {
    return count.take(more)
        ? Future.succeededFuture()
        : Future.failedFuture(Failure.overBudget(word, COME_BACK));
  }

  private Future<Count> count(TenantId tenant) {
    long at = nanos.getAsLong();
    return quotas
        .of(tenant)
        .compose(
            quota ->
                db.read(tenant, tx -> counting.count(tx, share.applyAsLong(quota) + 1))
                    .map(now -> new Count(now, new AtomicLong(), share.applyAsLong(quota), at)));
  }
}
