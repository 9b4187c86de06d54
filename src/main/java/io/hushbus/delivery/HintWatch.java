package io.hushbus.delivery;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether hints of one kind come at all. They are only hints, and a log is looked at without them;
 * but when one moves and no hint is heard within ten seconds of it, before or after, then something
 * is wrong with them: it is said, and they are asked for anew.
 */
public final class HintWatch {

  private static final long PATIENCE = Duration.ofSeconds(10).toNanos();

  private final String channel;
  private final StreamMeters meters;
  private final LongSupplier nanos;
  private final Runnable again;
  private long heardAt;
  private long due;
  private boolean isDue;
  private boolean silent;

  /**
   * @param channel by what hints come, in a word for metrics
   * @param nanos a monotonic clock
   * @param again asks for the hints anew; must not block
   */
  public HintWatch(String channel, StreamMeters meters, LongSupplier nanos, Runnable again) {
    this.channel = channel;
    this.meters = meters;
    this.nanos = nanos;
    this.again = again;
    this.heardAt = nanos.getAsLong() - PATIENCE;
  }

  /** A hint has come. From any thread. */
  public synchronized void heard() {
    heardAt = nanos.getAsLong();
    isDue = false;
    say(false);
  }

  /** A log was found to have moved, by whatever means. From any thread. */
  public synchronized void moved() {
    long now = nanos.getAsLong();
    if (!isDue && now - heardAt >= PATIENCE) {
      isDue = true;
      due = now + PATIENCE;
    }
  }

  /** Looks whether a hint that is due has come. From any thread. */
  public void look() {
    if (isOverdue()) {
      again.run();
    }
  }

  private synchronized boolean isOverdue() {
    long now = nanos.getAsLong();
    if (!isDue || now - due < 0) {
      return false;
    }
    due = now + PATIENCE;
    say(true);
    return true;
  }

  private void say(boolean now) {
    if (silent != now) {
      silent = now;
      meters.hintsSilent(channel, now);
    }
  }
}
