package io.hushbus.runner;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * Passes a stream of bytes on and hides what must not be seen, wherever the chunks of the stream
 * begin and end.
 *
 * <p>Every byte that belongs to an occurrence of a pattern is hidden; each unbroken stretch of such
 * bytes becomes one {@code ***}. All else passes unchanged, binary or not. Held back is only what
 * may be the beginning of a pattern. For one thread.
 */
final class Masker {

  /** What is seen in place of a value. */
  static final byte[] MARK = "***".getBytes(StandardCharsets.US_ASCII);

  /** Where the bytes go. */
  interface Sink {
    void write(byte[] bytes, int from, int length) throws IOException;
  }

  /**
   * A stretch to be hidden, in positions of the whole stream; {@code end} is the first after it.
   */
  private record Hidden(long start, long end) {}

  private final Supplier<Automaton> masks;
  private final Sink sink;
  private final Deque<Hidden> hidden = new ArrayDeque<>();
  private Automaton automaton;
  private int state = Automaton.START;

  /** Bytes that are not passed on yet: those of positions {@code passed} to {@code read}. */
  private byte[] window = new byte[256];

  private long passed;
  private long read;

  /** Where the last mark's stretch ended, so that one that touches it needs no mark of its own. */
  private long marked = -1;

  private byte[] ready = new byte[8192];
  private int readyLength;

  Masker(Supplier<Automaton> masks, Sink sink) {
    this.masks = masks;
    this.sink = sink;
    this.automaton = masks.get();
  }

  /** Takes some bytes, and passes on all that can be passed on. */
  void write(byte[] bytes, int from, int length) throws IOException {
    adopt();
    for (int i = from; i < from + length; i++) {
      keep(bytes[i]);
      read(bytes[i]);
      if (read - passed > automaton.depth(state)) {
        pass(read - automaton.depth(state));
      }
    }
    flush();
  }

  /** Passes on what was held back: nothing follows. */
  void end() throws IOException {
    pass(read);
    state = Automaton.START;
    flush();
  }

  /** Patterns may have been added: what is held back is looked at once more. */
  private void adopt() {
    Automaton newest = masks.get();
    if (newest == automaton) {
      return;
    }
    automaton = newest;
    state = Automaton.START;
    long end = read;
    read = passed;
    while (read < end) {
      read(window[index(read)]);
    }
  }

  private void read(byte next) {
    read++;
    state = automaton.step(state, next);
    int length = automaton.found(state);
    if (length > 0) {
      hide(read - length);
    }
  }

  private void hide(long from) {
    long start = from;
    long end = read;
    while (!hidden.isEmpty() && hidden.getLast().end() >= start) {
      Hidden earlier = hidden.removeLast();
      start = Math.min(start, earlier.start());
      end = Math.max(end, earlier.end());
    }
    hidden.addLast(new Hidden(start, end));
  }

  private void keep(byte next) {
    if (read - passed == window.length) {
      byte[] larger = new byte[window.length * 2];
      for (long at = passed; at < read; at++) {
        larger[(int) (at & (larger.length - 1))] = window[index(at)];
      }
      Arrays.fill(window, (byte) 0);
      window = larger;
    }
    window[index(read)] = next;
  }

  /** The window is a ring, and its length a power of two. */
  private int index(long position) {
    return (int) (position & (window.length - 1));
  }

  private void pass(long until) throws IOException {
    while (passed < until) {
      Hidden next = hidden.peekFirst();
      if (next == null || next.start() >= until) {
        passSeen(until);
      } else if (next.start() > passed) {
        passSeen(next.start());
      } else {
        passHidden(next, until);
      }
    }
  }

  private void passSeen(long until) throws IOException {
    for (; passed < until; passed++) {
      put(window[index(passed)]);
    }
  }

  private void passHidden(Hidden stretch, long until) throws IOException {
    if (marked != passed) {
      for (byte one : MARK) {
        put(one);
      }
    }
    for (long end = Math.min(until, stretch.end()); passed < end; passed++) {
      window[index(passed)] = 0;
    }
    marked = passed;
    if (passed == stretch.end()) {
      hidden.removeFirst();
    }
  }

  private void put(byte one) throws IOException {
    if (readyLength == ready.length) {
      flush();
    }
    ready[readyLength++] = one;
  }

  private void flush() throws IOException {
    if (readyLength > 0) {
      int length = readyLength;
      readyLength = 0;
      sink.write(ready, 0, length);
    }
  }
}
