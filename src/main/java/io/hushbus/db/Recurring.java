package io.hushbus.db;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
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
  private boolean stopped;
  private Future<?> underWay = Future.succeededFuture();

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

  /** Starts no other round; succeeds when the one under way has ended, well or not. */
  public synchronized Future<Void> stop() {
    stopped = true;
    return underWay.transform(ended -> Future.succeededFuture());
  }

  private synchronized void next() {
    if (!stopped) {
      underWay = round.get();
      underWay
          .onFailure(cause -> log.warn("a round of {} failed: {}", name, SqlFailures.kind(cause)))
          .onComplete(done -> vertx.setTimer(pause.toMillis(), due -> next()));
    }
  }
}
