package io.hushbus.bus;

import io.hushbus.delivery.Sink;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One stream of events, sent as messages to its address: the event as the body, the cursor behind
 * it and its type as headers. Comments of the stream, which keep HTTP awake, are not sent.
 */
final class Subscription implements Sink {

  private final String address;
  private final Wire wire;
  private final Runnable ended;
  private final Promise<Void> gone = Promise.promise();
  private final AtomicBoolean begun = new AtomicBoolean();

  /**
   * @param ended told when the stream ends of itself; from any thread
   */
  Subscription(String address, Wire wire, Runnable ended) {
    this.address = address;
    this.wire = wire;
    this.ended = ended;
  }

  /** Whether this is the first time. */
  boolean begin() {
    return begun.compareAndSet(false, true);
  }

  /** Nobody listens any more. */
  void left() {
    gone.tryComplete();
  }

  @Override
  public Future<Void> write(Buffer bytes) {
    if (gone.future().isComplete()) {
      return Future.failedFuture("the reader is gone");
    }
    List<Future<Void>> sent =
        StreamText.parts(bytes.toString()).stream().map(part -> wire.send(message(part))).toList();
    return Future.join(sent).mapEmpty();
  }

  private Buffer message(StreamText.Part part) {
    JsonObject headers = new JsonObject().put("event", part.event());
    part.cursor().ifPresent(cursor -> headers.put("cursor", cursor));
    return Replies.message(address, headers, Buffer.buffer(part.data()));
  }

  @Override
  public Future<Void> end() {
    ended.run();
    return Future.succeededFuture();
  }

  @Override
  public void abort() {
    wire.close();
  }

  @Override
  public void onClose(Runnable close) {
    gone.future().onComplete(left -> close.run());
  }
}
