package io.hushbus.delivery;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/**
 * The far end of one stream, as the front door sees it. Called from one event loop, which may not
 * be the connection's own.
 */
public interface Sink {

  /**
   * Sends bytes, which must not be changed: they are shared with other streams. Completes when they
   * have left for the socket; what has not completed counts as waiting.
   */
  Future<Void> write(Buffer bytes);

  /** Ends the stream after what was written. */
  Future<Void> end();

  /** Drops the connection and what still waits. */
  void abort();

  /**
   * Calls {@code gone} once, on any thread, when the far end has left; at once if it has already.
   */
  void onClose(Runnable gone);
}
