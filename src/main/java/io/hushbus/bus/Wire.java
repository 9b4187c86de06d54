package io.hushbus.bus;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.OptionalLong;

/** One connection, as a session sees it. */
interface Wire {

  /** Sends a frame; completes when it has left for the socket. From any thread. */
  Future<Void> send(Buffer frame);

  /** Ends the connection; what waits to be sent may be lost. */
  void close();

  /** Since when the rest of a frame has been waited for. */
  OptionalLong waiting();
}
