package io.hushbus.http;

import io.hushbus.telemetry.Telemetry;
import io.vertx.core.http.HttpServerResponse;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A stream that has taken a response over: how it is told to end, and that it has ended. */
final class OpenStream implements Answer.Streaming.Stop {

  private final Telemetry telemetry;
  private final HttpServerResponse response;
  private final Set<Runnable> streams;
  private @Nullable Runnable stop;
  private volatile @Nullable Runnable gone; // streams are served on a loop of their own
  private boolean over;

  /**
   * @param streams where what ends a stream is kept for a stop of the server
   */
  OpenStream(Telemetry telemetry, HttpServerResponse response, Set<Runnable> streams) {
    this.telemetry = telemetry;
    this.response = response;
    this.streams = streams;
    telemetry.streamOpened();
  }

  @Override
  public void onStop(Runnable close) {
    stop = close;
    streams.add(close);
  }

  @Override
  public void onGone(Runnable told) {
    gone = told;
    if (response.closed()) {
      told.run();
    }
  }

  /** The response has ended or its connection is closed; both may be told. */
  void ended() {
    if (stop != null) {
      streams.remove(stop);
    }
    Runnable told = gone;
    if (told != null) {
      told.run();
    }
    if (!over) {
      over = true;
      telemetry.streamClosed();
    }
  }
}
