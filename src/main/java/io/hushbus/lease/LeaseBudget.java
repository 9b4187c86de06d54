package io.hushbus.lease;

import io.hushbus.db.Db;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.FreshCache;
import io.hushbus.tenant.Quotas;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Keeps a tenant's live leases within its quota without making its grants wait for each other: a
 * node counts them now and then and adds what it grants itself in between.
 *
 * <p>Near the limit a count is at most five seconds old; below four fifths of it, a minute. So the
 * quota may be passed by what other nodes grant in five seconds, or by a fifth of it in a minute if
 * a tenant grows that fast; and a lease that ended counts for up to a second once the quota is
 * full. A tenant's count never touches another tenant.
 */
final class LeaseBudget {

  private static final Duration COME_BACK = Duration.ofSeconds(5);
  private static final long FULL_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long NEAR_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long FAR_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int CAPACITY = 10_000;

  /** The live leases of a tenant: those counted, and those granted here since. */
  private record Count(long counted, AtomicLong since, long limit, long atNanos) {

    long now() {
      return counted + since.get();
    }

    long lifeNanos() {
      return now() >= limit ? FULL_NANOS : NEAR_NANOS;
    }

    boolean take(int leases) {
      if (since.addAndGet(leases) + counted <= limit) {
        return true;
      }
      since.addAndGet(-leases);
      return false;
    }
  }

  private final Db db;
  private final Quotas quotas;
  private final LongSupplier nanos;
  private final FreshCache<TenantId, Count> counts;
  private final LeaseStore store = new LeaseStore();

  /**
   * @param nanos a monotonic clock
   */
  LeaseBudget(Db db, Quotas quotas, LongSupplier nanos) {
    this.db = db;
    this.quotas = quotas;
    this.nanos = nanos;
    this.counts = new FreshCache<>(CAPACITY, count -> age(count) < count.lifeNanos());
  }

  private long age(Count count) {
    return nanos.getAsLong() - count.atNanos();
  }

  /**
   * Takes room for so many more leases.
   *
   * @return {@link Failure.OverBudget} if the tenant has none
   */
  Future<Void> take(TenantId tenant, int leases) {
    var last = counts.last(tenant);
    var counted = counts.get(tenant, () -> count(tenant));
    return last.filter(count -> far(count, leases)).isPresent()
        ? taken(last.get(), leases)
        : counted.compose(count -> taken(count, leases));
  }

  private boolean far(Count count, int leases) {
    return age(count) < FAR_NANOS && count.now() + leases <= count.limit() / 5 * 4;
  }

  private static Future<Void> taken(Count count, int leases) {
    return count.take(leases)
        ? Future.succeededFuture()
        : Future.failedFuture(Failure.overBudget("leases", COME_BACK));
  }

  private Future<Count> count(TenantId tenant) {
    long at = nanos.getAsLong();
    return quotas
        .of(tenant)
        .compose(
            quota ->
                db.read(tenant, tx -> store.countLive(tx, quota.leases() + 1))
                    .map(live -> new Count(live, new AtomicLong(), quota.leases(), at)));
  }
}
