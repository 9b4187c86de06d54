package io.hushbus.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Bytes that must not be seen: the value of a secret, or any other material that is worth as much.
 *
 * <p>Not a record, on purpose: no accessor, a constant {@link #toString()}, identity {@code
 * equals}, no serial and no JSON form. The one way to the bytes is {@link #reveal}, and a build
 * rule lists the classes that may call it.
 *
 * <p>{@link #close()} overwrites the bytes. That is best effort: the collector may have copied the
 * array before.
 */
public final class SecretValue implements AutoCloseable {

  private final byte[] bytes;
  private volatile boolean closed;

  private SecretValue(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * A value with a private copy of {@code bytes}; the caller still owns, and should wipe, its own
   * array.
   */
  public static SecretValue copyOf(byte[] bytes) {
    return new SecretValue(bytes.clone());
  }

  /**
   * A value that takes {@code bytes} over: the caller must not keep or change the array. Saves a
   * second copy in memory.
   */
  public static SecretValue owning(byte[] bytes) {
    return new SecretValue(bytes);
  }

  /**
   * The UTF-8 bytes of text that is already a string: for tests and for settings, never for a value
   * that came in a request.
   */
  public static SecretValue ofText(CharSequence text) {
    return new SecretValue(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Applies {@code use} to the bytes themselves, not to a copy. {@code use} must neither change nor
   * keep the array.
   *
   * @throws IllegalStateException after {@link #close()}
   */
  public <R> R reveal(Function<byte[], R> use) {
    if (closed) {
      throw new IllegalStateException("the value was closed: a use after close is a bug");
    }
    return use.apply(bytes);
  }

  /** The number of bytes. The size of a value is not treated as a secret. */
  public int size() {
    return bytes.length;
  }

  /** Whether both hold the same bytes; takes the same time wherever they differ. */
  public boolean matches(SecretValue other) {
    return MessageDigest.isEqual(bytes, other.bytes);
  }

  @Override
  public void close() {
    closed = true;
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public String toString() {
    return "SecretValue[hidden]";
  }
}
