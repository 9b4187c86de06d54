package io.hushbus.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Processes of which one goes on at a time, from one {@link #point} to its next, in an order that a
 * seed decides: the same seed gives the same history. Its clock counts steps, each a millisecond.
 */
final class Turns {

  private static final long STEP = 1_000_000;

  private static final class Turn {
    final Semaphore go = new Semaphore(0);
    boolean over;
    @Nullable Throwable failed;
  }

  private final Random random;
  private final Semaphore back = new Semaphore(0);
  private final List<Turn> waiting = new ArrayList<>();
  private static final ThreadLocal<Turn> MINE = new ThreadLocal<>();
  private long steps;

  Turns(long seed) {
    this.random = new Random(seed);
  }

  long now() {
    return steps * STEP;
  }

  /** Will take part from the next {@link #run}. */
  void add(Runnable process) {
    Turn turn = new Turn();
    waiting.add(turn);
    Thread.ofVirtual().start(() -> live(turn, process));
  }

  @SuppressWarnings("CatchingUnchecked") // told by run, on the thread of the test
  private void live(Turn turn, Runnable process) {
    MINE.set(turn);
    turn.go.acquireUninterruptibly();
    try {
      process.run();
    } catch (RuntimeException | AssertionError failed) {
      turn.failed = failed;
    } finally {
      turn.over = true;
      back.release();
    }
  }

  /** Lets others go on, if they are drawn. */
  void point() {
    Turn turn = MINE.get();
    if (turn != null) {
      back.release();
      turn.go.acquireUninterruptibly();
    }
  }

  /** Until all are over. */
  void run() {
    while (!waiting.isEmpty()) {
      steps++;
      Turn next = waiting.get(random.nextInt(waiting.size()));
      next.go.release();
      back.acquireUninterruptibly();
      if (next.failed != null) {
        throw new IllegalStateException("a process failed", next.failed);
      }
      if (next.over) {
        waiting.remove(next);
      }
    }
  }
}
