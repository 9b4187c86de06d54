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

  /** How long what wakes it is gathered. */
  private static final Duration GATHER = Duration.ofMillis(20);

  private final Vertx vertx;
  private final String name;
  private final Duration pause;
  private final Supplier<Future<?>> round;
  private boolean stopped;
  private boolean woken;
  private long timer = -1;
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
    vertx.cancelTimer(timer);
    return underWay.transform(ended -> Future.succeededFuture());
  }

  /**
   * Has the next round come soon: in some milliseconds, with whatever else wakes it until then, or
   * as soon after the one under way. Before the start and after the stop: nothing. From any thread.
   */
  public synchronized void wake() {
    if (woken || stopped) {
      return;
    }
    woken = true;
    if (timer >= 0 && vertx.cancelTimer(timer)) {
      rest(GATHER);
    }
  }

  private synchronized void next() {
    if (!stopped) {
      timer = -1;
      woken = false;
      underWay = round.get();
      underWay
          .onFailure(cause -> log.warn("a round of {} failed: {}", name, SqlFailures.kind(cause)))
          .onComplete(done -> ended());
    }
  }

  private synchronized void ended() {
    rest(woken && GATHER.compareTo(pause) < 0 ? GATHER : pause);
  }

  private synchronized void rest(Duration length) {
    timer = vertx.setTimer(length.toMillis(), due -> next());
  }
}
