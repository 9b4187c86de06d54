package io.hushbus.bus;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Cuts what comes over a socket into frames: four bytes of length, big endian, then so many bytes.
 * Holds one frame at most, and makes room for it as it comes, not as it is announced.
 */
final class FrameReader {

  private static final int HEAD = 4;

  private final LongSupplier nanos;
  private byte[] held = new byte[0];
  private int size;
  private long since;

  FrameReader(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Takes what has come. */
  void add(Buffer bytes) {
    if (size == 0) {
      since = nanos.getAsLong();
    }
    room(bytes.length());
    bytes.getBytes(held, size);
    size += bytes.length();
  }

  /**
   * The next frame, if all of it has come.
   *
   * @param most the most bytes that it may have now
   * @throws Frame.Malformed for one that announces more, or nothing
   */
  Optional<Buffer> next(int most) {
    if (size < HEAD) {
      return Optional.empty();
    }
    int length = Buffer.buffer(Arrays.copyOf(held, HEAD)).getInt(0);
    if (length < 1 || length > most) {
      throw new Frame.Malformed();
    }
    if (size - HEAD < length) {
      return Optional.empty();
    }
    Buffer frame = Buffer.buffer(Arrays.copyOfRange(held, HEAD, HEAD + length));
    keep(HEAD + length);
    return Optional.of(frame);
  }

  /** Since when the rest of a frame has been waited for. */
  OptionalLong waiting() {
    return size == 0 ? OptionalLong.empty() : OptionalLong.of(since);
  }

  private void keep(int from) {
    byte[] rest = Arrays.copyOfRange(held, from, size);
    Arrays.fill(held, 0, size, (byte) 0);
    held = rest;
    size = rest.length;
    since = nanos.getAsLong();
  }

  private void room(int more) {
    if (held.length - size < more) {
      byte[] old = held;
      held = Arrays.copyOf(old, Math.max(old.length * 2, size + more));
      Arrays.fill(old, (byte) 0);
    }
  }
}
