package io.hushbus.runner;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.function.IntSupplier;

/** Carries bytes from one descriptor to a sink on a thread of its own, as they come. */
final class Pump {

  private static final int CHUNK = 64 * 1024;

  private final int from;
  private final int over;
  private final Masker.Sink sink;
  private final Runnable atEnd;
  private final Thread thread;

  /**
   * Begins at once.
   *
   * @param over readable when nothing more is to be waited for; what is there is carried still
   * @param atEnd what is done when the bytes, or the sink, have come to an end
   */
  Pump(String name, int from, int over, Masker.Sink sink, Runnable atEnd) {
    this.from = from;
    this.over = over;
    this.sink = sink;
    this.atEnd = atEnd;
    this.thread = Thread.ofPlatform().daemon().name(name).start(this::run);
  }

  private void run() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(CHUNK);
      byte[] chunk = new byte[CHUNK];
      while (Posix.awaitInput(from, over) == from) {
        int length = Posix.read(from, buffer);
        if (length == 0) {
          return;
        }
        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, chunk, 0, length);
        sink.write(chunk, 0, length);
      }
    } catch (IOException ended) {
      // a terminal whose programs are gone, or nobody reads any more: both are an end
    } finally {
      atEnd.run();
    }
  }

  /** Whether it has come to its end within that time. */
  boolean ended(Duration patience) throws InterruptedException {
    return thread.join(patience);
  }

  /** A sink that writes to a descriptor, which may be another one each time. */
  static Masker.Sink to(IntSupplier descriptor) {
    return (bytes, offset, length) -> {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment copy = arena.allocate(length);
        MemorySegment.copy(bytes, offset, copy, ValueLayout.JAVA_BYTE, 0, length);
        Posix.write(descriptor.getAsInt(), copy);
      }
    };
  }
}
