package io.hushbus.lease;

import io.hushbus.db.Db;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.FreshCache;
import io.hushbus.tenant.Nodes;
import io.hushbus.tenant.Quotas;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Keeps a tenant's live leases within its quota, on all nodes together, without making its grants
 * wait for each other: a node reserves some of what is left and grants out of that. Live leases and
 * the reservations of all nodes are never more than the quota; only reserving, which counts, is one
 * node at a time.
 *
 * <p>So a tenant gets no lease too many, but may be refused early by what other nodes have reserved
 * and not used: at most twice what each granted since it last asked, or a hundredth of the quota,
 * for a minute at most. A lease that ended may count for up to a second once the quota is full.
 */
final class LeaseBudget {

  private static final Duration COME_BACK = Duration.ofSeconds(5);
  private static final int CAPACITY = 10_000;
  private static final int ATTEMPTS = 4;

  private final Db db;
  private final Quotas quotas;
  private final Nodes nodes;
  private final LongSupplier nanos;
  private final LeaseShareStore store = new LeaseShareStore();
  // One reservation a tenant at a time; none is remembered here.
  private final FreshCache<TenantId, Boolean> reserving = new FreshCache<>(1, known -> false);
  private final Map<TenantId, LeaseRoom> rooms = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param nanos a monotonic clock
   */
  LeaseBudget(Db db, Quotas quotas, Nodes nodes, LongSupplier nanos) {
    this.db = db;
    this.quotas = quotas;
    this.nodes = nodes;
    this.nanos = nanos;
  }

  /**
   * Runs {@code work}, which makes so many more leases, if there is room for them.
   *
   * @return {@link Failure.OverBudget} if the tenant has none
   */
  <T> Future<T> within(TenantId tenant, int leases, Supplier<Future<T>> work) {
    LeaseRoom room = room(tenant);
    return take(tenant, room, leases, 1)
        .compose(taken -> work.get().onComplete(done -> room.ended(leases)));
  }

  private Future<Void> take(TenantId tenant, LeaseRoom room, int leases, int attempt) {
    long limit = quotas.known(tenant).leases();
    return switch (room.take(leases, limit, nanos.getAsLong())) {
      case TAKEN -> Future.succeededFuture();
      case FULL -> full();
      case UNKNOWN -> attempt > ATTEMPTS ? full() : asked(tenant, room, leases, attempt);
    };
  }

  private Future<Void> asked(TenantId tenant, LeaseRoom room, int leases, int attempt) {
    room.wanted(leases);
    return reserving
        .get(tenant, () -> reserve(tenant, room))
        .onComplete(done -> room.wanted(-leases))
        .compose(done -> take(tenant, room, leases, attempt + 1));
  }

  private Future<Boolean> reserve(TenantId tenant, LeaseRoom room) {
    return quotas
        .of(tenant)
        .compose(
            quota -> {
              LeaseRoom.Ask ask = room.ask(quota.leases(), nodes.live(), nanos.getAsLong());
              return db.write(tenant, tx -> store.reserve(tx, nodes.own(), ask))
                  .onSuccess(more -> room.reserved(ask, more));
            })
        .map(true);
  }

  private LeaseRoom room(TenantId tenant) {
    synchronized (rooms) {
      LeaseRoom room = rooms.computeIfAbsent(tenant, unknown -> new LeaseRoom());
      if (rooms.size() > CAPACITY) {
        forgetOne();
      }
      return room;
    }
  }

  /** What is under way must still be counted. */
  private void forgetOne() {
    for (Iterator<LeaseRoom> oldest = rooms.values().iterator(); oldest.hasNext(); ) {
      if (oldest.next().isIdle()) {
        oldest.remove();
        return;
      }
    }
  }

  private static Future<Void> full() {
    return Future.failedFuture(Failure.overBudget("leases", COME_BACK));
  }
}
