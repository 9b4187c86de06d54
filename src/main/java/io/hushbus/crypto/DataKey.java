package io.hushbus.crypto;

import java.util.Arrays;

/**
 * The key of one version: random, wrapped by the tenant's key, good for one encryption. The limit
 * is kept by this object, which refuses a second one, and closing wipes it.
 */
final class DataKey implements AutoCloseable {

  private static final byte[] CONTENT = Macs.prefixed("enc/1");
  private static final byte[] COMMITMENT = Macs.prefixed("commit/1");

  private final byte[] key;
  private boolean spent;

  private DataKey(byte[] key) {
    this.key = key;
  }

  static DataKey random(Entropy entropy) {
    return new DataKey(entropy.bytes(Aead.KEY));
  }

  /**
   * The key inside {@code sealed}, once its commitment fits too: AES-GCM alone would let one
   * ciphertext open under two keys.
   *
   * @throws Flawed unknown generation, wrong wrap, wrong commitment
   */
  static DataKey unwrap(Keyring ring, SealContext context, Sealed sealed) {
    byte[] wrapping = ring.keys(sealed.keyGeneration()).wrapping();
    byte[] aad = context.wrap(sealed.keyGeneration());
    var key =
        new DataKey(
            Aead.WRAPPING.open(
                wrapping,
                sealed.raw(),
                Sealed.WRAP_NONCE_AT,
                aad,
                Sealed.WRAPPED_AT,
                Aead.KEY + Aead.TAG,
                Flaw.WRONG_WRAP));
    key.spent = true;
    if (!Macs.equal(key.commitment(aad), sealed.commitment())) {
      key.close();
      throw Flaw.WRONG_COMMITMENT.found();
    }
    return key;
  }

  /** A stored form with all but nonce and content, under the ring's primary generation. */
  byte[] header(Keyring ring, SealContext context, Entropy entropy, int contentSize) {
    byte[] aad = context.wrap(ring.primary());
    byte[] nonce = entropy.bytes(Aead.NONCE);
    byte[] out = Sealed.header(contentSize, ring.primary(), commitment(aad), nonce);
    byte[] wrapping = ring.keys(ring.primary()).wrapping();
    Aead.WRAPPING.seal(wrapping, nonce, aad, key, out, Sealed.WRAPPED_AT);
    return out;
  }

  /** Writes nonce, ciphertext and tag behind the header. Once. */
  void encrypt(SealContext context, Entropy entropy, byte[] plain, byte[] out) {
    if (spent) {
      throw new IllegalStateException("the key of a version encrypts once");
    }
    spent = true;
    byte[] nonce = entropy.bytes(Aead.NONCE);
    System.arraycopy(nonce, 0, out, Sealed.NONCE_AT, Aead.NONCE);
    byte[] aad = context.content();
    byte[] contentKey = contentKey(aad);
    try {
      Aead.CONTENT.seal(contentKey, nonce, aad, plain, out, Sealed.CONTENT_AT);
    } finally {
      Arrays.fill(contentKey, (byte) 0);
    }
  }

  /**
   * Plaintext: the caller wipes it.
   *
   * @throws Flawed wrong tag
   */
  byte[] decrypt(SealContext context, Sealed sealed) {
    byte[] aad = context.content();
    byte[] contentKey = contentKey(aad);
    int length = sealed.payloadSize() + Aead.TAG;
    try {
      return Aead.CONTENT.open(
          contentKey,
          sealed.raw(),
          Sealed.NONCE_AT,
          aad,
          Sealed.CONTENT_AT,
          length,
          Flaw.WRONG_TAG);
    } finally {
      Arrays.fill(contentKey, (byte) 0);
    }
  }

  private byte[] contentKey(byte[] contentContext) {
    return Macs.expand(key, CONTENT, contentContext);
  }

  private byte[] commitment(byte[] wrapContext) {
    return Macs.expand(key, COMMITMENT, wrapContext);
  }

  @Override
  public void close() {
    Arrays.fill(key, (byte) 0);
  }

  @Override
  public String toString() {
    return "DataKey[hidden]";
  }
}
