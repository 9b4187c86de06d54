package io.hushbus.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The loops here carry names of their own, so that only the watch under test sees them. */
final class LoopWatchTest {

  private static final Duration HELD = Duration.ofMillis(500);
  private static final String PREFIX = "held-on-purpose-";

  private static final LoopWatch watch = LoopWatch.started(PREFIX, Duration.ZERO);

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void a_task_that_sleeps_is_found_with_its_stack() {
    onLoop("sleeps", () -> Thread.sleep(HELD));

    assertThatThrownBy(watch::judge)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(PREFIX + "sleeps waited")
        .hasMessageContaining("LoopWatchTest");
  }

  @Test
  void a_task_that_waits_for_another_thread_is_found() {
    onLoop("waits", () -> new CountDownLatch(1).await(HELD.toMillis(), TimeUnit.MILLISECONDS));

    assertThatThrownBy(watch::judge).hasMessageContaining(PREFIX + "waits waited");
  }

  @Test
  void a_task_that_computes_is_found_with_its_stack_when_its_code_is_no_longer_cold() {
    onLoop("cold", LoopWatchTest::compute);
    assertDoesNotThrow(watch::judge);

    onLoop("computes", LoopWatchTest::compute);

    assertThatThrownBy(watch::judge)
        .hasMessageContaining(PREFIX + "computes computed")
        .hasMessageContaining("LoopWatchTest.compute");
  }

  @Test
  void one_task_is_reported_once() {
    onLoop("once", () -> Thread.sleep(HELD));

    assertThatThrownBy(watch::judge).isInstanceOf(AssertionError.class);
    assertDoesNotThrow(watch::judge);
  }

  @Test
  void a_loop_that_waits_for_its_timers_is_not_found() {
    onLoop("idle", () -> {});
    vertx.timer(HELD.toMillis(), TimeUnit.MILLISECONDS).await();

    assertDoesNotThrow(watch::judge);
  }

  @Test
  void every_test_class_of_the_project_is_watched() {
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .contains("loop-watch vert.x-eventloop-thread-");
  }

  /** Runs {@code task} as one dispatch of a loop renamed for it, in a dispatch before. */
  private void onLoop(String name, Task task) {
    var context = vertx.getOrCreateContext();
    Promise<Void> renamed = Promise.promise();
    context.runOnContext(
        _ -> {
          Thread.currentThread().setName(PREFIX + name);
          renamed.complete();
        });
    renamed.future().await();
    Promise<Void> done = Promise.promise();
    context.runOnContext(_ -> settle(done, task));
    Future<Void> settled = done.future();
    settled.await();
  }

  private static void settle(Promise<Void> done, Task task) {
    try {
      task.run();
      done.complete();
    } catch (Exception e) {
      done.fail(e);
    }
  }

  private static void compute() {
    var own = ManagementFactory.getThreadMXBean();
    long end = own.getCurrentThreadCpuTime() + HELD.toNanos();
    while (own.getCurrentThreadCpuTime() < end) {
      Thread.onSpinWait();
    }
  }

  /** What holds the loop. */
  private interface Task {
    void run() throws Exception;
  }
}
