package io.hushbus.crypto;

import io.hushbus.model.SecretValue;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32;

/**
 * The key of a service account, {@code hsb_}, or the token of a run, {@code hsr_}: the prefix, 43
 * base62 digits of 32 random bytes, 6 base62 digits of a CRC-32 over all before. 53 characters.
 *
 * <p>The prefix lets secret scanners find a leaked key; the checksum lets the broker turn away a
 * mistyped one without asking the database. Stored is only {@link #mac}.
 */
public final class ApiKey implements AutoCloseable {

  /** Characters of every key. */
  public static final int LENGTH = 53;

  /** What every key starts with. */
  public static final String PREFIX = "hsb_";

  /** Whom a key is for, by its prefix. */
  public enum Kind {
    ACCOUNT(PREFIX),
    RUN("hsr_");

    private final String prefix;

    Kind(String prefix) {
      this.prefix = prefix;
    }

    /** What every key of this kind starts with. */
    public String prefix() {
      return prefix;
    }
  }

  private static final int CHECKSUM_AT = LENGTH - 6;
  private static final int START = PREFIX.length();
  private static final int RANDOM = 32;

  private final SecretValue value;
  private final AtomicBoolean mayShow;

  private ApiKey(byte[] text, boolean mayShow) {
    this.value = SecretValue.owning(text);
    this.mayShow = new AtomicBoolean(mayShow);
  }

  /** A new key of a service account. */
  public static ApiKey generate(SecureRandom random) {
    return generate(Kind.ACCOUNT, random);
  }

  /** A new key. */
  public static ApiKey generate(Kind kind, SecureRandom random) {
    byte[] number = new Entropy(random).bytes(RANDOM);
    byte[] text = new byte[LENGTH];
    System.arraycopy(kind.prefix.getBytes(StandardCharsets.US_ASCII), 0, text, 0, START);
    Base62.encode(number, text, START, CHECKSUM_AT);
    Arrays.fill(number, (byte) 0);
    Base62.encode(checksum(text), text, CHECKSUM_AT, LENGTH);
    return new ApiKey(text, true);
  }

  /**
   * A key of a service account that somebody presents; empty for anything that {@link #generate}
   * could not have made.
   */
  public static Optional<ApiKey> parse(CharSequence text) {
    return parse(Kind.ACCOUNT, text);
  }

  /** The same for a key of this kind. */
  public static Optional<ApiKey> parse(Kind kind, CharSequence text) {
    if (text.length() != LENGTH) {
      return Optional.empty();
    }
    byte[] bytes = ascii(text);
    if (isKey(kind, bytes)) {
      return Optional.of(new ApiKey(bytes, false));
    }
    Arrays.fill(bytes, (byte) 0);
    return Optional.empty();
  }

  /** A key of a service account that came as bytes: it never becomes a string. */
  public static Optional<ApiKey> parse(SecretValue presented) {
    return presented.reveal(
        text ->
            text.length == LENGTH && isKey(Kind.ACCOUNT, text)
                ? Optional.of(new ApiKey(text.clone(), false))
                : Optional.empty());
  }

  /** The key's characters as ASCII bytes; closed together with the key. */
  public SecretValue value() {
    return value;
  }

  /**
   * The key as a string, for the one answer that shows it.
   *
   * @throws IllegalStateException the second time, and for a key that was parsed
   */
  public String text() {
    if (!mayShow.getAndSet(false)) {
      throw new IllegalStateException("a key is shown once, by whoever made it");
    }
    return value.reveal(bytes -> new String(bytes, StandardCharsets.US_ASCII));
  }

  /**
   * The last four characters, for people who compare. They are of the checksum: the random part
   * stays whole.
   */
  public String hint() {
    return value.reveal(bytes -> new String(bytes, LENGTH - 4, 4, StandardCharsets.US_ASCII));
  }

  /** What is stored and looked up instead of the key: HMAC-SHA-256 under the pepper, 32 bytes. */
  public byte[] mac(SecretValue pepper) {
    return value.reveal(bytes -> Macs.hmacSha256(pepper, bytes));
  }

  @Override
  public void close() {
    value.close();
  }

  @Override
  public String toString() {
    return "ApiKey[hidden]";
  }

  // A character outside ASCII becomes a byte that no key has.
  private static byte[] ascii(CharSequence text) {
    byte[] bytes = new byte[text.length()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = text.charAt(i) < 128 ? (byte) text.charAt(i) : 0;
    }
    return bytes;
  }

  private static boolean isKey(Kind kind, byte[] text) {
    return new String(text, 0, START, StandardCharsets.US_ASCII).equals(kind.prefix)
        && Base62.decodes(text, START, CHECKSUM_AT, RANDOM)
        && hasChecksum(text);
  }

  private static boolean hasChecksum(byte[] text) {
    byte[] expected = new byte[LENGTH - CHECKSUM_AT];
    Base62.encode(checksum(text), expected, 0, expected.length);
    return Arrays.equals(text, CHECKSUM_AT, LENGTH, expected, 0, expected.length);
  }

  private static byte[] checksum(byte[] text) {
    CRC32 crc = new CRC32();
    crc.update(text, 0, CHECKSUM_AT);
    long sum = crc.getValue();
    return new byte[] {(byte) (sum >> 24), (byte) (sum >> 16), (byte) (sum >> 8), (byte) sum};
  }
}
