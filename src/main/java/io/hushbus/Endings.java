package io.hushbus;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How each thing that was started ends: in reverse order of the starts, each once. */
final class Endings {

  private static final Logger log = LoggerFactory.getLogger(Endings.class);

  private final Deque<Runnable> ends = new ConcurrentLinkedDeque<>();

  /** Adds the end of what is being started now. */
  void add(Runnable end) {
    ends.push(end);
  }

  /** The same for an end that takes time: the next one waits for it, but not without end. */
  void addSlow(Supplier<? extends Future<?>> end) {
    add(() -> settled(end.get(), Ground.STOP_DEADLINE));
  }

  /** Ends everything, once. One that fails is logged and does not keep the others. */
  void run() {
    for (Runnable end = ends.poll(); end != null; end = ends.poll()) {
      guarded(end);
    }
  }

  private static void guarded(Runnable end) {
    try {
      end.run();
    } catch (RuntimeException failed) {
      log.warn("an orderly stop was cut short", failed);
    }
  }

  /** Waits for an ending; one that fails or is late is logged and left behind. */
  static void settled(Future<?> ending, Duration atMost) {
    try {
      ending.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | RuntimeException late) {
      log.warn("an orderly stop was cut short: {}", late.getClass().getSimpleName());
    }
  }
}
