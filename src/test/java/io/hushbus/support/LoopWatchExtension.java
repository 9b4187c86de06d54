package io.hushbus.support;

import java.time.Duration;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails every test class during which an event loop of this process was held; found by JUnit itself
 * through {@code META-INF/services}, so no test has to ask for it.
 *
 * <p>Brokers that a test starts as processes of their own are not watched.
 */
public final class LoopWatchExtension implements BeforeAllCallback, AfterAllCallback {

  /** Until then the compiler has not seen the code that the loops run. */
  private static final Duration WARM_UP = Duration.ofSeconds(20);

  /** One watch for the process: loops outlive the class that started them. */
  static final LoopWatch WATCH = LoopWatch.started("vert.x-eventloop-thread-", WARM_UP);

  @Override
  public void beforeAll(ExtensionContext context) {
    // Initialising this class has started the watch.
  }

  @Override
  public void afterAll(ExtensionContext context) {
    WATCH.judge();
  }
}
