package io.hushbus.crypto;

import io.hushbus.model.Failure;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A sealed value as it is stored: parsed, not yet opened. Big endian, nothing optional:
 *
 * <pre>
 * 0x48 0x42 | u8 format=1 | u8 suite=1 | u32 generation | commitment(32)
 *   | wrap nonce(12) | wrapped key(32+16) | nonce(12) | ciphertext(n) | tag(16)
 * </pre>
 */
public final class Sealed {

  static final int FORMAT = 1;
  static final int SUITE = 1;

  static final int COMMITMENT_AT = 8;
  static final int WRAP_NONCE_AT = COMMITMENT_AT + Macs.SIZE;
  static final int WRAPPED_AT = WRAP_NONCE_AT + Aead.NONCE;
  static final int NONCE_AT = WRAPPED_AT + Aead.KEY + Aead.TAG;
  static final int CONTENT_AT = NONCE_AT + Aead.NONCE;

  /** Bytes that sealing adds to an encoded payload. */
  public static final int OVERHEAD = CONTENT_AT + Aead.TAG;

  private static final int LARGEST = OVERHEAD + PayloadCodec.LARGEST;

  private final byte[] bytes;
  private final int keyGeneration;

  private Sealed(byte[] bytes) {
    this.bytes = bytes;
    this.keyGeneration = ByteBuffer.wrap(bytes).getInt(4);
  }

  /**
   * @throws Failure integrity of "sealed", for anything but exactly this layout
   */
  public static Sealed parse(byte[] stored) {
    try {
      return checked(stored.clone());
    } catch (Flawed flawed) {
      throw Failure.integrity("sealed");
    }
  }

  /** Takes {@code stored} over. */
  static Sealed checked(byte[] stored) {
    if (stored.length < OVERHEAD) {
      throw Flaw.TRUNCATED.found();
    }
    if (stored.length > LARGEST) {
      throw Flaw.TOO_LONG.found();
    }
    if (stored[0] != 0x48 || stored[1] != 0x42) {
      throw Flaw.BAD_MAGIC.found();
    }
    if (stored[2] != FORMAT) {
      throw Flaw.UNSUPPORTED_FORMAT.found();
    }
    if (stored[3] != SUITE) {
      throw Flaw.UNSUPPORTED_SUITE.found();
    }
    var sealed = new Sealed(stored);
    if (sealed.keyGeneration < 1) {
      throw Flaw.BAD_GENERATION.found();
    }
    return sealed;
  }

  /** Header with everything but the content: what a wrapping is made of. */
  static byte[] header(int contentSize, int generation, byte[] commitment, byte[] wrapNonce) {
    ByteBuffer out = ByteBuffer.allocate(OVERHEAD + contentSize);
    out.put((byte) 0x48).put((byte) 0x42).put((byte) FORMAT).put((byte) SUITE);
    return out.putInt(generation).put(commitment).put(wrapNonce).array();
  }

  /** The stored form, a copy. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Which generation of the tenant's key wraps the key of this version. */
  public int keyGeneration() {
    return keyGeneration;
  }

  /** Bytes of the encoded payload inside. */
  public int payloadSize() {
    return bytes.length - OVERHEAD;
  }

  // Not a copy: for this package, which only reads it.
  byte[] raw() {
    return bytes;
  }

  byte[] commitment() {
    return Arrays.copyOfRange(bytes, COMMITMENT_AT, WRAP_NONCE_AT);
  }

  @Override
  public String toString() {
    return "Sealed[generation=%d, %d bytes]".formatted(keyGeneration, bytes.length);
  }
}
