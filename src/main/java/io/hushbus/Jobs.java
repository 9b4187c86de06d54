package io.hushbus;

import io.hushbus.db.Recurring;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a node does again and again beside answering requests. It begins once the node answers:
 * nobody waits for the first rounds, nor for the connections that they open.
 */
final class Jobs {

  private final Endings endings;
  private final List<Runnable> waiting = new ArrayList<>();

  /**
   * @param endings where each has its end, in the order in which they are added
   */
  Jobs(Endings endings) {
    this.endings = endings;
  }

  void add(Recurring job) {
    add(job::start, job::stop);
  }

  /**
   * @param stop also for what has not begun
   */
  void add(Runnable begin, Supplier<? extends Future<?>> stop) {
    endings.addSlow(stop);
    waiting.add(begin);
  }

  /** Begins them, in order. */
  void begin() {
    waiting.forEach(Runnable::run);
  }
}
