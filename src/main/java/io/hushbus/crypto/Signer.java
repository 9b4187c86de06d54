package io.hushbus.crypto;

import io.hushbus.model.SecretValue;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.Function;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Signs with Ed25519 (RFC 8032) from a 32-byte seed: the broker's tokens and audit checkpoints.
 *
 * <p>A signature takes some 50 microseconds: on an event loop only through {@code
 * CryptoPool.heavy}.
 */
public final class Signer {

  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

  private final SecretValue seed;
  private final byte[] publicKey;

  /**
   * @param seed 32 bytes, kept and used until somebody closes it
   */
  public Signer(SecretValue seed) {
    if (seed.size() != Ed25519.SECRET_KEY_SIZE) {
      throw new IllegalArgumentException("an Ed25519 seed has 32 bytes");
    }
    this.seed = seed;
    this.publicKey =
        seed.reveal(
            bytes -> new Ed25519PrivateKeyParameters(bytes, 0).generatePublicKey().getEncoded());
  }

  /** The 64-byte signature of a message. */
  public byte[] sign(byte[] message) {
    byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
    return seed.reveal(
        bytes -> {
          Ed25519.sign(bytes, 0, publicKey, 0, message, 0, message.length, signature, 0);
          return signature;
        });
  }

  /** The 32-byte public key. */
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /** A name for the key, from its public half: {@code ed_} and 16 hex digits. */
  public String keyId() {
    return keyId(publicKey);
  }

  /** The public half as a JWK writes it (member {@code x}, RFC 8037). */
  public String jwkX() {
    return BASE64URL.encodeToString(publicKey);
  }

  /**
   * Applies {@code use} to the private half as a JWK writes it (member {@code d}, RFC 8037): for
   * the token issuer alone, whose library takes a string. It must not be kept elsewhere.
   */
  public <R> R withJwkD(Function<String, R> use) {
    return seed.reveal(bytes -> use.apply(BASE64URL.encodeToString(bytes)));
  }

  /** False, too, for a key or a signature of a wrong length, and for a key that is no point. */
  public static boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
    return publicKey.length == Ed25519.PUBLIC_KEY_SIZE
        && signature.length == Ed25519.SIGNATURE_SIZE
        && Ed25519.validatePublicKeyFull(publicKey, 0)
        && Ed25519.verify(signature, 0, publicKey, 0, message, 0, message.length);
  }

  /** The name that {@link #keyId()} gives to a public key. */
  public static String keyId(byte[] publicKey) {
    return "ed_" + HexFormat.of().formatHex(Arrays.copyOf(Sha256.of(publicKey), 8));
  }

  @Override
  public String toString() {
    return "Signer[%s]".formatted(keyId());
  }
}
