package io.hushbus.http;

import io.hushbus.model.Failure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Collects a body into one array under a cap, overwriting every buffer it gives up. Chunks count as
 * they are read.
 */
final class BodyStream {

  private static final int COUNTED = 16 * 1024;

  private final int cap;
  private final IntConsumer arrived;
  private final Promise<byte[]> done = Promise.promise();
  private byte[] bytes = new byte[0];
  private int size;
  private int told;

  private BodyStream(int cap, IntConsumer arrived) {
    this.cap = cap;
    this.arrived = arrived;
  }

  /**
   * Resumes the request and reads it to its end; 413 over the cap.
   *
   * @param arrived told of the bytes as they come, so many 16 KiB at a time; ends the reading by a
   *     failure
   */
  static Future<byte[]> read(HttpServerRequest request, int cap, IntConsumer arrived) {
    BodyStream stream = new BodyStream(cap, arrived);
    request.handler(stream::add);
    request.endHandler(end -> stream.done.tryComplete(stream.take()));
    request.exceptionHandler(broken -> stream.fail(malformed()));
    request.resume();
    return stream.done.future();
  }

  /** Broken framing, or a sender that has gone: nobody is there to be told more. */
  private static Failure malformed() {
    return Failure.invalid("", Failure.Code.BAD_FORMAT);
  }

  private void add(Buffer chunk) {
    if (chunk.length() > cap - size) {
      fail(new Refusal(ProblemType.TOO_LARGE));
    } else if (!done.future().isComplete()) {
      room(chunk.length());
      chunk.getBytes(bytes, size);
      size += chunk.length();
      tell();
    }
    chunk.setBytes(0, new byte[chunk.length()]);
  }

  private void tell() {
    int more = (size - told) / COUNTED * COUNTED;
    told += more;
    if (more > 0) {
      try {
        arrived.accept(more);
      } catch (Failure refused) {
        fail(refused);
      }
    }
  }

  private void room(int more) {
    if (bytes.length - size < more) {
      byte[] old = bytes;
      bytes = Arrays.copyOf(old, Math.min(cap, Math.max(old.length * 2, size + more)));
      Arrays.fill(old, (byte) 0);
    }
  }

  private byte[] take() {
    if (size == bytes.length) {
      return bytes;
    }
    byte[] exact = Arrays.copyOf(bytes, size);
    Arrays.fill(bytes, (byte) 0);
    return exact;
  }

  private void fail(Throwable cause) {
    Arrays.fill(bytes, (byte) 0);
    size = 0;
    done.tryFail(cause);
  }
}
