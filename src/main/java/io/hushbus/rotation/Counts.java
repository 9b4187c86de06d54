package io.hushbus.rotation;

import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Counts that take the database long, one at a time for all of a node. A few wait, tenants taking
 * turns; who asks what already waits for the same tenant shares its answer, never that of a count
 * that has begun, which may not have seen what the asker just did.
 *
 * <p>May be asked from any context and answers on the asker's.
 */
final class Counts {

  /** How many counts wait for a tenant, and for all. */
  static final int OF_A_TENANT = 8;

  static final int OF_ALL = 32;

  /** How long one waits for the beginning of its count. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration COME_BACK = Duration.ofSeconds(1);

  /** One count, and who waits for it. */
  private static final class Waiting<T> {

    private final Record question;
    private final Supplier<Future<T>> count;
    private final List<Promise<T>> askers = new ArrayList<>();

    private Waiting(Record question, Supplier<Future<T>> count) {
      this.question = question;
      this.count = count;
    }

    // Equal questions are of one record, and a record's answers of one type.
    @SuppressWarnings("unchecked")
    private void joinedBy(Promise<?> asker) {
      askers.add((Promise<T>) asker);
    }

    private Future<T> begin() {
      try {
        return count.get();
      } catch (RuntimeException thrown) {
        return Future.failedFuture(thrown);
      }
    }

    private void answer(AsyncResult<T> counted) {
      for (Promise<T> asker : askers) {
        if (counted.succeeded()) {
          asker.complete(counted.result());
        } else {
          asker.fail(counted.cause());
        }
      }
    }
  }

  private final Vertx vertx;
  private final long patienceMillis;
  private final Map<TenantId, Deque<Waiting<?>>> queues = new LinkedHashMap<>();
  private int waiting;
  private boolean counting;

  Counts(Vertx vertx) {
    this(vertx, PATIENCE);
  }

  Counts(Vertx vertx, Duration patience) {
    this.vertx = vertx;
    this.patienceMillis = patience.toMillis();
  }

  /**
   * The answer to a question of a tenant.
   *
   * @param question equal to another only if the other's answer is as good
   * @return {@link Failure.OverBudget} of {@code stats} if too many wait, or this waited too long
   */
  <T> Future<T> ask(TenantId tenant, Record question, Supplier<Future<T>> count) {
    Promise<T> asker = ((ContextInternal) vertx.getOrCreateContext()).promise();
    if (!queue(tenant, question, count, asker)) {
      asker.fail(busy());
      return asker.future();
    }
    next();
    long timer = vertx.setTimer(patienceMillis, late -> giveUp(tenant, asker));
    asker.future().onComplete(answered -> vertx.cancelTimer(timer));
    return asker.future();
  }

  private synchronized <T> boolean queue(
      TenantId tenant, Record question, Supplier<Future<T>> count, Promise<T> asker) {
    Deque<Waiting<?>> queue = queues.getOrDefault(tenant, new ArrayDeque<>());
    Optional<Waiting<?>> same =
        queue.stream().filter(one -> one.question.equals(question)).findFirst();
    if (same.isEmpty() && (queue.size() >= OF_A_TENANT || waiting >= OF_ALL)) {
      return false;
    }
    same.orElseGet(() -> add(tenant, queue, new Waiting<>(question, count))).joinedBy(asker);
    return true;
  }

  private synchronized Waiting<?> add(TenantId tenant, Deque<Waiting<?>> queue, Waiting<?> one) {
    queues.put(tenant, queue);
    queue.add(one);
    waiting++;
    return one;
  }

  private void giveUp(TenantId tenant, Promise<?> asker) {
    if (leaves(tenant, asker)) {
      asker.fail(busy());
    }
  }

  /** False if the count that the asker waits for has begun. */
  private synchronized boolean leaves(TenantId tenant, Promise<?> asker) {
    Deque<Waiting<?>> queue = queues.getOrDefault(tenant, new ArrayDeque<>());
    Optional<Waiting<?>> left = queue.stream().filter(one -> one.askers.remove(asker)).findFirst();
    left.filter(one -> one.askers.isEmpty()).ifPresent(one -> drop(tenant, queue, one));
    return left.isPresent();
  }

  private synchronized void drop(TenantId tenant, Deque<Waiting<?>> queue, Waiting<?> one) {
    queue.remove(one);
    waiting--;
    if (queue.isEmpty()) {
      queues.remove(tenant);
    }
  }

  private void next() {
    taken().ifPresent(this::count);
  }

  private <T> void count(Waiting<T> one) {
    one.begin()
        .onComplete(
            counted -> {
              over();
              one.answer(counted);
              next();
            });
  }

  private synchronized void over() {
    counting = false;
  }

  /** The first of the tenant whose turn it is, which then goes to the end. */
  private synchronized Optional<Waiting<?>> taken() {
    if (counting || queues.isEmpty()) {
      return Optional.empty();
    }
    Map.Entry<TenantId, Deque<Waiting<?>>> turn = queues.entrySet().iterator().next();
    Waiting<?> one = turn.getValue().remove();
    queues.remove(turn.getKey());
    if (!turn.getValue().isEmpty()) {
      queues.put(turn.getKey(), turn.getValue());
    }
    waiting--;
    counting = true;
    return Optional.of(one);
  }

  private static Failure busy() {
    return Failure.overBudget("stats", COME_BACK);
  }
}
