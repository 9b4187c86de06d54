package io.hushbus.crypto;

import io.hushbus.model.SecretValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;

/** HMAC-SHA-256 (RFC 2104), HKDF-SHA-256 (RFC 5869) and comparison in constant time. */
public final class Macs {

  /** Bytes of a full tag, and of every derived key. */
  public static final int SIZE = 32;

  private static final byte[] NO_SALT = new byte[SIZE];
  private static final byte[] FIRST = {1};
  private static final ThreadLocal<Mac> MAC = ThreadLocal.withInitial(Macs::mac);

  private Macs() {}

  /**
   * The 32-byte tag of the parts one after another. The parts are not separated: give a {@link
   * Canonical} encoding, or parts of fixed length.
   */
  public static byte[] hmacSha256(SecretValue key, byte[]... parts) {
    return key.reveal(bytes -> hmac(bytes, parts));
  }

  /** Whether both are the same bytes; takes the same time wherever they differ. */
  public static boolean equal(byte[] one, byte[] other) {
    return MessageDigest.isEqual(one, other);
  }

  static byte[] hmac(byte[] key, byte[]... parts) {
    Mac mac = keyed(key);
    for (byte[] part : parts) {
      mac.update(part);
    }
    return mac.doFinal();
  }

  /** HKDF with no salt: a key of 32 bytes for one purpose. */
  static byte[] derive(byte[] key, String purpose, byte[]... context) {
    byte[] extracted = extract(NO_SALT, key);
    try {
      return expand(extracted, SIZE, purpose, context);
    } finally {
      Arrays.fill(extracted, (byte) 0);
    }
  }

  static byte[] extract(byte[] salt, byte[] material) {
    return hmac(salt, material);
  }

  /** HKDF-Expand with info = u16 length and bytes of {@code purpose}, then the context as it is. */
  static byte[] expand(byte[] key, int length, String purpose, byte[]... context) {
    return expand(key, length, join(prefixed(purpose), context));
  }

  /** HKDF-Expand to 32 bytes, its only block, with info = label and context as they are. */
  static byte[] expand(byte[] key, byte[] label, byte[] context) {
    return hmac(key, label, context, FIRST);
  }

  /** HKDF-Expand of RFC 5869, section 2.3: at most 255 blocks. */
  static byte[] expand(byte[] key, int length, byte[] info) {
    byte[] out = new byte[length];
    byte[] block = new byte[0];
    for (int done = 0, n = 1; done < length; done += SIZE, n++) {
      block = hmac(key, block, info, new byte[] {(byte) n});
      System.arraycopy(block, 0, out, done, Math.min(SIZE, length - done));
    }
    Arrays.fill(block, (byte) 0);
    return out;
  }

  /** Length (u16) and bytes of a label, as every context starts. */
  static byte[] prefixed(String label) {
    byte[] text = label.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(2 + text.length).putShort((short) text.length).put(text).array();
  }

  static byte[] join(byte[] first, byte[]... rest) {
    int size = first.length;
    for (byte[] part : rest) {
      size += part.length;
    }
    ByteBuffer all = ByteBuffer.allocate(size).put(first);
    for (byte[] part : rest) {
      all.put(part);
    }
    return all.array();
  }

  private static Mac keyed(byte[] key) {
    try {
      Mac mac = MAC.get();
      mac.init(new RawKey(key, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC takes keys of any length", e);
    }
  }

  private static Mac mac() {
    try {
      return Mac.getInstance("HmacSHA256", "SunJCE");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256 in SunJCE", e);
    }
  }
}
