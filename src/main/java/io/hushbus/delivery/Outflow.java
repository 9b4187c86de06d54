package io.hushbus.delivery;

import io.vertx.core.buffer.Buffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * What was written to a sink and has not left yet: counted, so that it can be capped.
 *
 * <p>{@code drained} is called, on any thread, when half the cap is free again after {@link
 * #waitForRoom}.
 */
final class Outflow {

  private final Sink sink;
  private final int cap;
  private final LongSupplier nanos;
  private final Runnable drained;
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile boolean wanted;
  private volatile long roomySince;
  private long lastWrite;

  Outflow(Sink sink, int cap, LongSupplier nanos, Runnable drained) {
    this.sink = sink;
    this.cap = cap;
    this.nanos = nanos;
    this.drained = drained;
    this.roomySince = nanos.getAsLong();
    this.lastWrite = roomySince;
  }

  /** How many bytes may be written now. */
  int room() {
    return cap - waiting.get();
  }

  /** Whether nothing waits: then even a frame beyond the cap may go. */
  boolean idle() {
    return waiting.get() == 0;
  }

  boolean roomy() {
    return waiting.get() <= cap / 2;
  }

  /** Writes whatever the room: callers ask before. */
  void write(Buffer bytes) {
    int size = bytes.length();
    if (waiting.getAndAdd(size) <= cap / 2) {
      roomySince = nanos.getAsLong();
    }
    lastWrite = nanos.getAsLong();
    sink.write(bytes).onComplete(sent -> left(size));
  }

  /** Asks for {@code drained}; at once if there is room already. */
  void waitForRoom() {
    wanted = true;
    if (roomy()) {
      tell();
    }
  }

  /** Nanoseconds since there was room: how long the far end has been slow. */
  long crowdedFor() {
    return roomy() ? 0 : nanos.getAsLong() - roomySince;
  }

  long silentFor() {
    return nanos.getAsLong() - lastWrite;
  }

  private void left(int size) {
    if (waiting.addAndGet(-size) <= cap / 2 && wanted) {
      tell();
    }
  }

  private void tell() {
    wanted = false;
    drained.run();
  }
}
