package io.hushbus.crypto;

import io.hushbus.model.Failure;
import io.hushbus.model.Payload;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Seals payloads for storage and opens them again: a random key per version encrypts the content,
 * the tenant's key encrypts that key, and both are bound to the {@link SealContext}.
 *
 * <p>Safe for use by many threads. Takes well under a microsecond for a small value: {@code
 * CryptoPool} decides where it runs.
 */
public final class Envelope {

  private final Entropy entropy;

  public Envelope(SecureRandom random) {
    this.entropy = new Entropy(random);
  }

  /**
   * Seals under the ring's primary generation. The payload stays open, and the caller's.
   *
   * @throws Failure unavailable keys, if there is no randomness; invalid, if the payload is over 1
   *     MiB
   */
  public Sealed seal(Keyring ring, SealContext context, Payload payload) {
    requireOwner(ring, context);
    byte[] plain = PayloadCodec.encode(payload);
    try (DataKey key = DataKey.random(entropy)) {
      byte[] out = key.header(ring, context, entropy, plain.length);
      key.encrypt(context, entropy, plain, out);
      return Sealed.checked(out);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  /**
   * The payload, which the caller closes.
   *
   * @throws Failure integrity of "secret_version", whatever is wrong: another context, another key,
   *     a changed byte, an unknown generation
   */
  public Payload open(Keyring ring, SealContext context, Sealed sealed) {
    try {
      return opened(ring, context, sealed);
    } catch (Flawed flawed) {
      throw Failure.integrity("secret_version");
    }
  }

  /**
   * The same content with its key wrapped by the ring's primary generation: nonce, ciphertext and
   * tag are byte for byte those of {@code sealed}.
   *
   * @throws Failure integrity of "secret_version", if the key does not open; the content is not
   *     looked at
   */
  public Sealed rewrap(Keyring ring, SealContext context, Sealed sealed) {
    requireOwner(ring, context);
    try (DataKey key = DataKey.unwrap(ring, context, sealed)) {
      byte[] out = key.header(ring, context, entropy, sealed.payloadSize());
      int rest = out.length - Sealed.NONCE_AT;
      System.arraycopy(sealed.raw(), Sealed.NONCE_AT, out, Sealed.NONCE_AT, rest);
      return Sealed.checked(out);
    } catch (Flawed flawed) {
      throw Failure.integrity("secret_version");
    }
  }

  /**
   * @throws Flawed what exactly is wrong
   */
  Payload opened(Keyring ring, SealContext context, Sealed sealed) {
    try (DataKey key = DataKey.unwrap(ring, context, sealed)) {
      byte[] plain = key.decrypt(context, sealed);
      try {
        return PayloadCodec.decode(plain);
      } finally {
        Arrays.fill(plain, (byte) 0);
      }
    }
  }

  // A program that seals for one tenant with the keys of another would destroy the value.
  private static void requireOwner(Keyring ring, SealContext context) {
    if (!ring.tenant().equals(context.tenant())) {
      throw new IllegalArgumentException("the keyring is of another tenant than the context");
    }
  }
}
