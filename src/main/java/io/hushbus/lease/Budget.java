package io.hushbus.lease;

import io.hushbus.db.Db;
import io.hushbus.model.Failure;
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
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a tenant and each of its projects have within their quotas, on all nodes together,
 * without making their requests wait for each other: a node reserves some of what is left and
 * grants out of that. What there is and the reservations of all nodes are never more than the
 * quota; only reserving, which counts, is one node at a time.
 *
 * <p>So nobody gets anything too many, but may be refused early by what other nodes have reserved
 * and not used: at most twice what each granted since it last asked, or a hundredth of the quota,
 * for a minute at most. What has ended may count for up to a second once the quota is full.
 */
final class Budget {

  private static final Duration COME_BACK = Duration.ofSeconds(5);
  private static final int CAPACITY = 10_000;
  private static final int ATTEMPTS = 4;

  private final Db db;
  private final Quotas quotas;
  private final Nodes nodes;
  private final LongSupplier nanos;
  private final LeaseShareStore store = new LeaseShareStore();
  // One reservation of each at a time; none is remembered here.
  private final FreshCache<Budgeted, Boolean> reserving = new FreshCache<>(1, known -> false);
  private final Map<Budgeted, LeaseRoom> rooms = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param nanos a monotonic clock
   */
  Budget(Db db, Quotas quotas, Nodes nodes, LongSupplier nanos) {
    this.db = db;
    this.quotas = quotas;
    this.nodes = nodes;
    this.nanos = nanos;
  }

  /**
   * Runs {@code work}, which makes so many more, if there is room for them in the project and in
   * its tenant.
   *
   * @return {@link Failure.OverBudget} naming the budget in which there is none
   */
  <T> Future<T> within(Budgeted of, int more, Supplier<Future<T>> work) {
    return of.project().isEmpty() ? inTenant(of, more, work) : inProject(of, more, work);
  }

  private <T> Future<T> inTenant(Budgeted of, int more, Supplier<Future<T>> work) {
    return taken(of, more).compose(room -> ending(room, more, work));
  }

  /** What its tenant has no room for costs the project nothing. */
  private <T> Future<T> inProject(Budgeted of, int more, Supplier<Future<T>> work) {
    return taken(of, more)
        .compose(
            part ->
                taken(of.ofTenant(), more)
                    .onFailure(refused -> part.givenBack(more))
                    .compose(whole -> ending(whole, more, () -> ending(part, more, work))));
  }

  private static <T> Future<T> ending(LeaseRoom room, int more, Supplier<Future<T>> work) {
    return work.get()
        .onComplete(
            done -> {
              if (cameToNothing(done.cause())) {
                room.givenBack(more);
              } else {
                room.ended(more);
              }
            });
  }

  /**
   * Whether it is known that nothing was made: of what somebody else kept from being done that is
   * so, and of most other failures it is not.
   */
  private static boolean cameToNothing(@Nullable Throwable cause) {
    return cause instanceof Failure.Conflict conflict && conflict.retryable();
  }

  private Future<LeaseRoom> taken(Budgeted of, int more) {
    LeaseRoom room = room(of);
    return take(of, room, more, 1).map(room);
  }

  private Future<Void> take(Budgeted of, LeaseRoom room, int more, int attempt) {
    return switch (room.take(more, of.knownLimit(quotas), nanos.getAsLong())) {
      case TAKEN -> Future.succeededFuture();
      case FULL -> full(of);
      case UNKNOWN -> attempt > ATTEMPTS ? full(of) : asked(of, room, more, attempt);
    };
  }

  private Future<Void> asked(Budgeted of, LeaseRoom room, int more, int attempt) {
    room.wanted(more);
    return reserving
        .get(of, () -> reserve(of, room))
        .onComplete(done -> room.wanted(-more))
        .compose(done -> take(of, room, more, attempt + 1));
  }

  private Future<Boolean> reserve(Budgeted of, LeaseRoom room) {
    return of.limit(quotas)
        .compose(
            limit -> {
              LeaseRoom.Ask ask = room.ask(limit, nodes.live(), nanos.getAsLong());
              return db.write(of.tenant(), tx -> store.reserve(tx, of, nodes.own(), ask))
                  .onSuccess(more -> room.reserved(ask, more));
            })
        .map(true);
  }

  private LeaseRoom room(Budgeted of) {
    synchronized (rooms) {
      LeaseRoom room = rooms.computeIfAbsent(of, unknown -> new LeaseRoom());
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

  private static Future<Void> full(Budgeted of) {
    return Future.failedFuture(Failure.overBudget(of.word(), COME_BACK));
  }
}
