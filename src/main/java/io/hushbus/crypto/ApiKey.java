package io.hushbus.crypto;

import io.hushbus.model.SecretValue;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32;

/**
 * The key of a service account: {@code hsb_}, 43 base62 digits of 32 random bytes, 6 base62 digits
 * of a CRC-32 over all before. 53 characters.
 *
 * <p>The prefix lets secret scanners find a leaked key; the checksum lets the broker turn away a
 * mistyped one without asking the database. Stored is only {@link #mac}.
 */
public final class ApiKey implements AutoCloseable {

  /** Characters of every key. */
  public static final int LENGTH = 53;

  /** What every key starts with. */
  public static final String PREFIX = "hsb_";

  private static final int CHECKSUM_AT = LENGTH - 6;
  private static final int RANDOM = 32;

  private final SecretValue value;
  private final AtomicBoolean mayShow;

  private ApiKey(byte[] text, boolean mayShow) {
    this.value = SecretValue.owning(text);
    this.mayShow = new AtomicBoolean(mayShow);
  }

  /** A new key. */
  public static ApiKey generate(SecureRandom random) {
    byte[] number = new Entropy(random).bytes(RANDOM);
    byte[] text = new byte[LENGTH];
    System.arraycopy(PREFIX.getBytes(StandardCharsets.US_ASCII), 0, text, 0, PREFIX.length());
    Base62.encode(number, text, PREFIX.length(), CHECKSUM_AT);
    Arrays.fill(number, (byte) 0);
    Base62.encode(checksum(text), text, CHECKSUM_AT, LENGTH);
    return new ApiKey(text, true);
  }

  /**
   * A key that somebody presents; empty for anything that {@link #generate} could not have made.
   */
  public static Optional<ApiKey> parse(CharSequence text) {
    if (text.length() != LENGTH) {
      return Optional.empty();
    }
    byte[] bytes = ascii(text);
    if (isKey(bytes)) {
      return Optional.of(new ApiKey(bytes, false));
    }
    Arrays.fill(bytes, (byte) 0);
    return Optional.empty();
  }

  /** The same for a key that came as bytes: it never becomes a string. */
  public static Optional<ApiKey> parse(SecretValue presented) {
    return presented.reveal(
        text ->
            text.length == LENGTH && isKey(text)
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

  private static boolean isKey(byte[] text) {
    int start = PREFIX.length();
    return new String(text, 0, start, StandardCharsets.US_ASCII).equals(PREFIX)
        && Base62.decodes(text, start, CHECKSUM_AT, RANDOM)
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
