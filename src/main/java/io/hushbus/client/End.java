package io.hushbus.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The end of something, which comes once, and those who are to be told of it, each once. */
final class End {

  private final List<Consumer<LeaseEnded>> waiting = new ArrayList<>();
  private volatile @Nullable LeaseEnded why;

  Optional<LeaseEnded> why() {
    return Optional.ofNullable(why);
  }

  boolean hasCome() {
    return why != null;
  }

  /** Tells when it comes; at once if it has. */
  void tell(Consumer<LeaseEnded> told) {
    synchronized (waiting) {
      if (why == null) {
        waiting.add(told);
        return;
      }
    }
    why().ifPresent(told);
  }

  /**
   * It comes now, unless it has come before.
   *
   * @param first what is done before anybody is told
   */
  void comes(LeaseEnded cause, Runnable first) {
    synchronized (waiting) {
      if (why != null) {
        return;
      }
      why = cause;
    }
    first.run();
    waiting.forEach(told -> told.accept(cause));
  }
}
