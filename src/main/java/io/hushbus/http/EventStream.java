package io.hushbus.http;

import io.hushbus.delivery.Sink;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One stream of server-sent events on its response. The head is written with the first bytes, so
 * that a refusal is still an answer.
 */
final class EventStream implements Answer.Streaming {

  private final Call call;
  private final SharedChunks chunks;
  private final Function<Sink, Future<Void>> opening;

  /**
   * @param opening begins to write into the sink, or refuses
   */
  EventStream(Call call, SharedChunks chunks, Function<Sink, Future<Void>> opening) {
    this.call = call;
    this.chunks = chunks;
    this.opening = opening;
  }

  @Override
  public void start(HttpServerRequest request, Stop stopping) {
    HttpServerResponse response = request.response();
    opening
        .apply(new Response(request, chunks, stopping))
        .onFailure(cause -> refuse(response, Problems.answer(cause, call.context())));
  }

  /** Begins to write into a sink of another kind than a response. */
  Future<Void> into(Sink sink) {
    return opening.apply(sink);
  }

  private static void refuse(HttpServerResponse response, Answer.Complete problem) {
    if (response.ended() || response.closed()) {
      return;
    }
    problem.headers().forEach(response::putHeader);
    response.setStatusCode(problem.status()).end(Buffer.buffer(problem.body()));
  }

  /** The response as delivery sees it. */
  private static final class Response implements Sink {

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final SharedChunks chunks;
    private final Stop leave;
    private @Nullable Function<Buffer, Future<Void>> next;

    Response(HttpServerRequest request, SharedChunks chunks, Stop leave) {
      this.request = request;
      this.chunks = chunks;
      this.response = request.response();
      this.leave = leave;
    }

    @Override
    public Future<Void> write(Buffer bytes) {
      if (next != null) {
        return next.apply(bytes);
      }
      if (response.closed()) {
        return Future.failedFuture("the reader is gone");
      }
      begin();
      next = chunks.of(request);
      return response.write(bytes);
    }

    private void begin() {
      if (!response.headWritten()) {
        response
            .putHeader("Content-Type", "text/event-stream")
            .putHeader("Cache-Control", "no-store")
            .putHeader("X-Accel-Buffering", "no")
            .setChunked(true);
      }
    }

    @Override
    public Future<Void> end() {
      begin();
      return response.closed() || response.ended() ? Future.succeededFuture() : response.end();
    }

    @Override
    public void abort() {
      request.connection().close();
    }

    @Override
    public void onClose(Runnable gone) {
      leave.onGone(gone);
    }
  }
}
