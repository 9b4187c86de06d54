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
    cancel();
  }

  /** A request is over. With several in a row the next may be there before this one is. */
  void answered() {
    unanswered--;
    if (unanswered == 0) {
      start(between);
    }
  }

  void cancel() {
    vertx.cancelTimer(timer);
  }

  private void start(Duration wait) {
    timer = vertx.setTimer(wait.toMillis(), late -> connection.close());
  }
}
