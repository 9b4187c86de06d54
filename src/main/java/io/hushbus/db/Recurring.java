package io.hushbus.db;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one round of a background job after another, with a pause between them, until stopped.
 * Rounds never overlap. A round that fails is logged by its kind and followed by the next one,
 * since the database may just be away.
 */
public final class Recurring {

  private static final Logger log = LoggerFactory.getLogger(Recurring.class);

  private final Vertx vertx;
  private final String name;
  private final Duration pause;
  private final Supplier<Future<?>> round;
  private final AtomicBoolean stopped = new AtomicBoolean();

  /**
   * @param name for the log
   */
  public Recurring(Vertx vertx, String name, Duration pause, Supplier<Future<?>> round) {
    this.vertx = vertx;
    this.name = name;
    this.pause = pause;
    this.round = round;
  }

  /** Starts with a round, now. */
  public Recurring start() {
    next();
    return this;
  }

  /** Lets the round under way end and starts no other. */
  public void stop() {
    stopped.set(true);
  }

  private void next() {
    if (!stopped.get()) {
      round
          .get()
          .onFailure(cause -> log.warn("a round of {} failed: {}", name, SqlFailures.kind(cause)))
          .onComplete(done -> vertx.setTimer(pause.toMillis(), due -> next()));
    }
  }
}
