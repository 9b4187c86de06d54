package io.hushbus.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;

/**
 * How long one connection may go without a whole head of a request. The idle timeout of the server
 * does not see a sender that drips one byte at a time; this does.
 */
final class HeadDeadline {

  private final Vertx vertx;
  private final HttpConnection connection;
  private final Duration between;
  private int unanswered;
  private long timer;
  private long until;

  /**
   * @param first for the first request of the connection
   * @param between for each later one, from the answer before it
   */
  HeadDeadline(Vertx vertx, HttpConnection connection, Duration first, Duration between) {
    this.vertx = vertx;
    this.connection = connection;
    this.between = between;
    start(first);
  }

  /** A request is there: it has deadlines of its own. */
  void arrived() {
    unanswered++;
  }

  /** A request is over. With several in a row the next may be there before this one is. */
  void answered() {
    unanswered--;
    if (unanswered == 0) {
      until = System.nanoTime() + between.toNanos();
    }
  }

  void cancel() {
    vertx.cancelTimer(timer);
  }

  private void start(Duration wait) {
    until = System.nanoTime() + wait.toNanos();
    timer = vertx.setTimer(wait.toMillis(), this::due);
  }

  /** One timer for a connection, which asks when it is due: each request would move its own. */
  private void due(long fired) {
    long left = until - System.nanoTime();
    if (unanswered > 0) {
      timer = vertx.setTimer(between.toMillis(), this::due);
    } else if (left > 0) {
      timer = vertx.setTimer(Math.max(1, Duration.ofNanos(left).toMillis() + 1), this::due);
    } else {
      connection.close();
    }
  }
}
