package io.hushbus.runner;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Descriptors of this process for a child of a test: nothing to read, and its output is kept. */
public final class Ends {

  private final Reader out = new Reader();
  private final Reader err = new Reader();

  public List<Integer> descriptors() {
    try {
      int nothing = Posix.open("/dev/null", Posix.O_RDWR | Posix.O_CLOEXEC);
      return List.of(nothing, out.end(), err.end());
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }

  /** All that was written so far. */
  public String out() {
    return out.soFar();
  }

  public String err() {
    return err.soFar();
  }

  /** All that was written; nothing is written any more. */
  String wholeOut() {
    return out.text();
  }

  String wholeErr() {
    return err.text();
  }

  /** Reads one end of a pipe to its end. */
  private static final class Reader {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Posix.Pipe pipe;
    private final Thread thread;

    Reader() {
      try {
        pipe = Posix.pipe();
      } catch (IOException refused) {
        throw new UncheckedIOException(refused);
      }
      thread = Thread.ofPlatform().daemon().start(this::read);
    }

    int end() {
      return pipe.write();
    }

    private void read() {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment buffer = arena.allocate(4096);
        for (int n = Posix.read(pipe.read(), buffer); n > 0; n = Posix.read(pipe.read(), buffer)) {
          byte[] chunk = buffer.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE);
          synchronized (bytes) {
            bytes.writeBytes(chunk);
          }
        }
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }

    String soFar() {
      synchronized (bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
      }
    }

    String text() {
      Posix.close(pipe.write());
      try {
        thread.join();
      } catch (InterruptedException stopped) {
        throw new IllegalStateException(stopped);
      }
      return soFar();
    }
  }
}
