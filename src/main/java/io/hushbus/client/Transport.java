package io.hushbus.client;

import io.vertx.core.Future;
import java.io.OutputStream;
import java.util.Optional;

/**
 * A way to a broker: asks and is answered, or listens. There are two, over HTTP and over the event
 * bus; what stands on top knows neither.
 *
 * <p>Futures fail with {@link Unreachable} alone, and always complete within the deadline of the
 * call. Handlers run on a thread of the transport, where they must not block.
 */
public interface Transport extends AutoCloseable {

  /** One request and its one answer, whatever its status. */
  Future<Reply> call(Call call);

  /**
   * As {@link #call}, but what is answered with 200 goes to {@code to} as it comes and is in no
   * reply: for what has no bound. Where writing fails, so does the call.
   */
  default Future<Reply> download(Call call, OutputStream to) {
    return Future.failedFuture(Unreachable.unsent("there are no downloads by " + address()));
  }

  /**
   * Opens the stream of notices. Completes when it is accepted.
   *
   * @return fails also with {@link Refused}, and with {@link NoStream} where what answers is no
   *     stream: then a long poll may still do
   */
  Future<EventFeed> events(Call call, EventSink sink);

  /** The tenant, where values travel only sealed and nobody can be asked for its id; else empty. */
  default Optional<String> sealedFor() {
    return Optional.empty();
  }

  /** Whether notices can also be asked for page by page. */
  default boolean pages() {
    return true;
  }

  /** Where it leads, for messages. */
  String address();

  /** Gives up what is under way. */
  @Override
  void close();
}
