package io.hushbus.crypto;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.Failure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CryptoPoolTest {

  private static final Vertx VERTX = Vertx.vertx();

  private final Seen seen = new Seen();
  private final CryptoPool pool = new CryptoPool(VERTX, 1, seen);

  private static final class Seen implements CryptoPool.Metrics {
    private final AtomicInteger inline = new AtomicInteger();
    private final Queue<Integer> batches = new ConcurrentLinkedQueue<>();
    private final AtomicInteger refused = new AtomicInteger();

    @Override
    public void ranInline(int bytes) {
      inline.incrementAndGet();
    }

    @Override
    public void ranPooled(int operations, long waitedNanos) {
      batches.add(operations);
    }

    @Override
    public void refused() {
      refused.incrementAndGet();
    }
  }

  @AfterEach
  void closePool() {
    pool.close();
  }

  @AfterAll
  static void closeVertx() throws Exception {
    await(VERTX.close());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, SECONDS);
  }

  private static Throwable failureOf(Future<?> future) {
    try {
      await(future);
      throw new AssertionError("it did not fail");
    } catch (ExecutionException failed) {
      return java.util.Objects.requireNonNull(failed.getCause());
    } catch (Exception other) {
      throw new AssertionError(other);
    }
  }

  /** Runs in one turn of one event loop and gives what its future gives. */
  private static <T> T onLoop(Supplier<Future<T>> work) throws Exception {
    Promise<T> promise = Promise.promise();
    VERTX
        .getOrCreateContext()
        .runOnContext(turn -> work.get().onComplete(promise::complete, promise::fail));
    return await(promise.future());
  }

  private static String thread() {
    return Thread.currentThread().getName();
  }

  private static boolean onPool(String thread) {
    return thread.startsWith("hushbus-crypto-");
  }

  @Test
  void small_work_runs_where_it_is_asked_for() throws Exception {
    List<String> threads =
        onLoop(() -> pool.symmetric(1024, CryptoPoolTest::thread).map(t -> List.of(t, thread())));
    assertThat(threads.getFirst()).isEqualTo(threads.getLast()).doesNotStartWith("hushbus");
    assertThat(seen.batches).isEmpty();
    assertThat(seen.inline).hasValue(1);
  }

  @Test
  void large_work_goes_to_the_pool_and_comes_back_to_the_callers_context() throws Exception {
    String worked =
        onLoop(
            () -> {
              Context caller = Vertx.currentContext();
              return pool.symmetric(CryptoPool.INLINE_PER_TURN + 1, CryptoPoolTest::thread)
                  .map(
                      thread -> {
                        assertThat(Vertx.currentContext()).isSameAs(caller);
                        assertThat(Context.isOnEventLoopThread()).isTrue();
                        return thread;
                      });
            });
    assertThat(worked).matches(CryptoPoolTest::onPool);
    assertThat(seen.batches).containsExactly(1);
  }

  @Test
  void what_is_over_the_budget_of_a_turn_goes_to_the_pool_as_one_task() throws Exception {
    int operations = 200;
    var all =
        onLoop(
            () ->
                Future.all(
                    IntStream.range(0, operations)
                        .mapToObj(i -> pool.symmetric(1024, () -> i))
                        .toList()));
    assertThat(all.<Integer>list()).isEqualTo(IntStream.range(0, operations).boxed().toList());
    int allowed =
        (CryptoPool.INLINE_PER_TURN + CryptoPool.INLINE_PER_OPERATION)
            / (1024 + CryptoPool.INLINE_PER_OPERATION);
    assertThat(seen.inline).hasValue(allowed);
    assertThat(seen.batches).containsExactly(operations - allowed);
  }

  @Test
  void each_turn_has_its_own_budget() throws Exception {
    int whole = CryptoPool.INLINE_PER_TURN;
    for (int turn = 0; turn < 5; turn++) {
      onLoop(() -> pool.symmetric(whole, () -> 1));
    }
    assertThat(seen.inline).hasValue(5);
    assertThat(seen.batches).isEmpty();
  }

  @Test
  void off_an_event_loop_symmetric_work_runs_in_place() throws Exception {
    String me = thread();
    assertThat(await(pool.symmetric(1 << 20, CryptoPoolTest::thread))).isEqualTo(me);
  }

  @Test
  void heavy_work_never_runs_in_place() throws Exception {
    assertThat(await(pool.heavy(CryptoPoolTest::thread))).matches(CryptoPoolTest::onPool);
    assertThat(onLoop(() -> pool.heavy(CryptoPoolTest::thread))).matches(CryptoPoolTest::onPool);
  }

  @Test
  void whatever_the_work_throws_fails_its_future_and_no_other() throws Exception {
    Supplier<Integer> broken =
        () -> {
          throw Failure.integrity("secret_version");
        };
    assertThat(failureOf(pool.symmetric(1, broken))).isInstanceOf(Failure.Integrity.class);
    assertThat(failureOf(pool.heavy(broken))).isInstanceOf(Failure.Integrity.class);
    int large = CryptoPool.INLINE_PER_TURN + 1;
    Future<List<Object>> both =
        onLoop(
            () -> {
              Future<Integer> bad = pool.symmetric(large, broken);
              Future<Integer> good = pool.symmetric(large, () -> 7);
              return Future.join(bad, good)
                  .transform(
                      done ->
                          Future.succeededFuture(
                              Future.succeededFuture(List.of(bad.cause(), good.result()))));
            });
    assertThat(await(both).getFirst()).isInstanceOf(Failure.Integrity.class);
    assertThat(await(both).getLast()).isEqualTo(7);
  }

  @Test
  void an_error_in_the_work_still_completes_the_future() {
    Supplier<Integer> broken =
        () -> {
          throw new StackOverflowError();
        };
    assertThat(failureOf(pool.heavy(broken))).isInstanceOf(StackOverflowError.class);
  }

  @Test
  void too_much_waiting_work_is_refused_and_the_pool_recovers() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    List<Future<Boolean>> admitted = new ArrayList<>();
    for (int i = 0; i < CryptoPool.MOST_WAITING; i++) {
      admitted.add(pool.heavy(() -> passed(gate)));
    }
    assertThat(failureOf(pool.heavy(() -> 1)))
        .isInstanceOfSatisfying(
            Failure.Unavailable.class,
            failure -> assertThat(failure.dependency()).isEqualTo(Failure.Dependency.KEYS));
    int large = CryptoPool.INLINE_PER_TURN + 1;
    assertThatThrownBy(() -> onLoop(() -> pool.symmetric(large, () -> 1)))
        .hasCauseInstanceOf(Failure.Unavailable.class);
    assertThat(seen.refused).hasValue(2);

    gate.countDown();
    await(Future.all(admitted));
    assertThat(await(pool.heavy(() -> 1))).isEqualTo(1);
  }

  private static boolean passed(CountDownLatch gate) {
    try {
      return gate.await(10, SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the pool", e);
    }
  }

  @Test
  void a_closed_pool_finishes_what_waits_and_refuses_the_rest() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    Future<Boolean> admitted = pool.heavy(() -> passed(gate));
    pool.close();
    assertThat(failureOf(pool.heavy(() -> 1))).isInstanceOf(Failure.Unavailable.class);
    int large = CryptoPool.INLINE_PER_TURN + 1;
    assertThatThrownBy(() -> onLoop(() -> pool.symmetric(large, () -> 1)))
        .hasCauseInstanceOf(Failure.Unavailable.class);
    gate.countDown();
    assertThat(await(admitted)).isTrue();
  }

  @Test
  void whoever_waits_for_the_end_of_the_pool_finds_all_work_told() throws Exception {
    List<Future<String>> taken = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      taken.add(onLoop(() -> Future.succeededFuture(pool.heavy(CryptoPoolTest::thread))));
    }
    assertThat(pool.close(Duration.ofSeconds(10))).isTrue();
    for (Future<String> one : taken) {
      assertThat(await(one)).matches(CryptoPoolTest::onPool);
    }
    assertThat(failureOf(pool.heavy(() -> 1))).isInstanceOf(Failure.Unavailable.class);
  }

  @Test
  void warming_up_completes() {
    pool.warmUp().toCompletionStage().toCompletableFuture().join(); // as long as the machine takes
    assertThat(seen.batches).containsExactly(1);
  }
}
