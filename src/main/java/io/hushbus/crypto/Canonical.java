package io.hushbus.crypto;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One unambiguous byte string for a row or a context, so that a MAC over it is a MAC over the
 * fields: two different lists of fields never encode alike.
 *
 * <p>Layout: u16 length and bytes of the label, then per field one byte of kind, and its bytes;
 * texts and byte strings carry a u32 length. An absent field is its kind with the high bit set, and
 * nothing else. All numbers are big endian.
 *
 * <p>The label names the kind of record, and the label alone fixes which fields follow: blobs of
 * one kind are never valid as another. Fields are added in the order in which they are encoded.
 */
public final class Canonical {

  static final int TEXT = 1;
  static final int BYTES = 2;
  static final int NUMBER = 3;
  static final int ID = 4;
  static final int FLAG = 5;
  static final int TIME = 6;
  static final int ABSENT = 0x80;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream(128);

  private Canonical(String label) {
    out.writeBytes(Macs.prefixed(label));
  }

  /**
   * @param label an ASCII word of at most 64 characters, such as {@code secret-head/1}
   */
  public static Canonical of(String label) {
    if (label.isEmpty() || label.length() > 64 || !label.chars().allMatch(c -> c > 32 && c < 127)) {
      throw new IllegalArgumentException("a label is a short ASCII word chosen by the program");
    }
    return new Canonical(label);
  }

  public Canonical text(@Nullable String text) {
    return sized(TEXT, text == null ? null : text.getBytes(StandardCharsets.UTF_8));
  }

  public Canonical bytes(byte @Nullable [] bytes) {
    return sized(BYTES, bytes);
  }

  public Canonical number(@Nullable Long number) {
    return number == null ? absent(NUMBER) : number(number.longValue());
  }

  public Canonical number(long number) {
    return put(NUMBER, ByteBuffer.allocate(8).putLong(number).array());
  }

  public Canonical id(@Nullable UUID id) {
    return id == null
        ? absent(ID)
        : put(
            ID,
            ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array());
  }

  public Canonical flag(boolean flag) {
    return put(FLAG, new byte[] {(byte) (flag ? 1 : 0)});
  }

  /** A time in whole milliseconds since 1970; what is finer is cut off. */
  public Canonical time(@Nullable Instant time) {
    return time == null
        ? absent(TIME)
        : put(TIME, ByteBuffer.allocate(8).putLong(time.toEpochMilli()).array());
  }

  public byte[] encode() {
    return out.toByteArray();
  }

  /**
   * A number that is another one where a field is: for those who ask whether what they have read is
   * still so. Protects from chance, and from nobody. Fits in the numbers of JSON.
   */
  public long etag() {
    return ByteBuffer.wrap(Sha256.digest().digest(encode())).getLong() >>> 11;
  }

  private Canonical sized(int kind, byte @Nullable [] bytes) {
    return bytes == null
        ? absent(kind)
        : put(kind, ByteBuffer.allocate(4 + bytes.length).putInt(bytes.length).put(bytes).array());
  }

  private Canonical absent(int kind) {
    out.write(kind | ABSENT);
    return this;
  }

  private Canonical put(int kind, byte[] field) {
    out.write(kind);
    out.writeBytes(field);
    return this;
  }
}
