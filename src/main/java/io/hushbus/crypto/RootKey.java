package io.hushbus.crypto;

import io.hushbus.model.Failure;
import io.hushbus.model.SecretValue;
import io.hushbus.model.Uuids;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;

/**
 * The key above all others: 32 bytes that wrap the key-encryption keys of tenants and the system
 * keys, and nothing else. Comes from a {@link RootKeySource}, is never stored by the broker.
 *
 * <p>A wrapped key is {@code 0x48 0x4B | u8 format=1 | nonce(12) | ciphertext | tag(16)}, under
 * AES-256-GCM with HKDF-Expand(root, "root-wrap/1") and the label as associated data.
 */
public final class RootKey implements AutoCloseable {

  /** Bytes of a root key. */
  public static final int SIZE = 32;

  private static final byte[] HEADER = {0x48, 0x4B, 1};
  private static final int BODY = HEADER.length + Aead.NONCE;
  // Room for any key this system wraps; bounds the work on bytes from the database.
  private static final int LARGEST = 512;

  private final SecretValue root;
  private final SecretValue wrapping;
  private final Entropy entropy;

  private RootKey(SecretValue root, SecureRandom random) {
    this.root = root;
    this.wrapping = SecretValue.owning(expand(SIZE, "root-wrap/1"));
    this.entropy = new Entropy(random);
  }

  /** Takes {@code bytes} over, which must be 32; closing the root key wipes them. */
  public static RootKey of(SecretValue bytes, SecureRandom random) {
    if (bytes.size() != SIZE) {
      throw new IllegalArgumentException("a root key has 32 bytes");
    }
    return new RootKey(bytes, random);
  }

  /** A name for this key that tells nothing about it: {@code rk_} and 16 hex digits. */
  public String id() {
    return "rk_" + HexFormat.of().formatHex(expand(8, "root-id/1"));
  }

  /** The key check value for one cluster, 16 bytes: stored at init, compared at every start. */
  public byte[] check(UUID cluster) {
    return expand(16, "root-kcv/1", Uuids.bytes(cluster));
  }

  /**
   * {@code key} encrypted under this root key, valid only with the same label.
   *
   * @throws Failure unavailable keys, if there is no randomness
   */
  public byte[] wrap(Canonical label, SecretValue key) {
    byte[] nonce = entropy.bytes(Aead.NONCE);
    byte[] out = Arrays.copyOf(HEADER, BODY + key.size() + Aead.TAG);
    System.arraycopy(nonce, 0, out, HEADER.length, Aead.NONCE);
    byte[] aad = label.encode();
    return key.reveal(
        plain ->
            wrapping.reveal(
                wrap -> {
                  Aead.WRAPPING.seal(wrap, nonce, aad, plain, out, BODY);
                  return out;
                }));
  }

  /**
   * @throws Failure integrity of "key", for any other root key, label or bytes
   */
  public SecretValue unwrap(Canonical label, byte[] wrapped) {
    try {
      return opened(label.encode(), wrapped);
    } catch (Flawed flawed) {
      throw Failure.integrity("key");
    }
  }

  private SecretValue opened(byte[] aad, byte[] wrapped) {
    int length = wrapped.length - BODY;
    if (length < Aead.TAG || length > LARGEST || !startsWithHeader(wrapped)) {
      throw Flaw.UNSUPPORTED_FORMAT.found();
    }
    return SecretValue.owning(
        wrapping.reveal(
            key ->
                Aead.WRAPPING.open(
                    key, wrapped, HEADER.length, aad, BODY, length, Flaw.WRONG_WRAP)));
  }

  private static boolean startsWithHeader(byte[] wrapped) {
    return Arrays.equals(wrapped, 0, HEADER.length, HEADER, 0, HEADER.length);
  }

  private byte[] expand(int length, String purpose, byte[]... context) {
    return root.reveal(key -> Macs.expand(key, length, purpose, context));
  }

  @Override
  public void close() {
    wrapping.close();
    root.close();
  }

  @Override
  public String toString() {
    return "RootKey[hidden]";
  }
}
