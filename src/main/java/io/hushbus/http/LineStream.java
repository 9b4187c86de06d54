package io.hushbus.http;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Function;

/**
 * A long answer that is made and written piece by piece, the next piece when the last has left. Cut
 * off if it cannot be finished.
 */
final class LineStream implements Answer.Streaming {

  private final String mediaType;
  private final Function<Function<Buffer, Future<Void>>, Future<Void>> source;

  LineStream(String mediaType, Function<Function<Buffer, Future<Void>>, Future<Void>> source) {
    this.mediaType = mediaType;
    this.source = source;
  }

  @Override
  public void start(HttpServerRequest request, Stop stopping) {
    HttpServerResponse response = request.response();
    response
        .putHeader("Content-Type", mediaType)
        .putHeader("Cache-Control", "no-store")
        .setChunked(true);
    source
        .apply(response::write)
        .onSuccess(done -> response.end())
        .onFailure(broken -> request.connection().close());
  }
}
