package io.hushbus.support;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What a test waits for without saying how long may take half a minute: a busy machine is no
 * failure. Found by JUnit itself, as {@link LoopWatchExtension} is.
 */
public final class PatienceExtension implements BeforeAllCallback {

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
  }
}
