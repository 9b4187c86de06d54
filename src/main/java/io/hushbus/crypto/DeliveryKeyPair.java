package io.hushbus.crypto;

import io.hushbus.model.Failure;
import io.hushbus.model.Payload;
import io.hushbus.model.SecretValue;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;

/**
 * A private key that opens what was sealed to its public half. Asymmetric work: on an event loop
 * only through {@code CryptoPool.heavy}.
 */
public final class DeliveryKeyPair implements AutoCloseable {

  private final DeliverySuite suite;
  private final SecretValue secret;
  private final DeliveryKey publicKey;

  private DeliveryKeyPair(DeliverySuite suite, SecretValue secret, DeliveryKey publicKey) {
    this.suite = suite;
    this.secret = secret;
    this.publicKey = publicKey;
  }

  /** A new pair. */
  public static DeliveryKeyPair generate(DeliverySuite suite, SecureRandom random) {
    return of(suite, SecretValue.owning(new Entropy(random).bytes(suite.privateKeyBytes())));
  }

  /**
   * @param secret 32 bytes: the scalar of X25519, or the seed of X-Wing; kept until {@link #close}
   */
  public static DeliveryKeyPair of(DeliverySuite suite, SecretValue secret) {
    if (secret.size() != suite.privateKeyBytes()) {
      throw new IllegalArgumentException("a private key of this suite has 32 bytes");
    }
    byte[] encoded =
        secret.reveal(bytes -> suite.hpke().serializePublicKey(pair(suite, bytes).getPublic()));
    return new DeliveryKeyPair(suite, secret, DeliveryKey.parse("", encoded));
  }

  private static AsymmetricCipherKeyPair pair(DeliverySuite suite, byte[] bytes) {
    return switch (suite) {
      case X25519 -> {
        var scalar = new X25519PrivateKeyParameters(bytes, 0);
        yield new AsymmetricCipherKeyPair(scalar.generatePublicKey(), scalar);
      }
      case X_WING -> suite.hpke().deserializePrivateKey(bytes, null);
    };
  }

  /**
   * The payload, which the caller closes.
   *
   * @throws Failure invalid at {@code pointer}, for whatever was not sealed to this key in this
   *     context: nothing says which of the two it was
   */
  public Payload open(String pointer, DeliveryContext context, SealedDelivery sealed) {
    byte[] plain = plain(pointer, context, sealed);
    try {
      return PayloadCodec.decode(plain);
    } catch (Flawed noPayload) {
      throw refused(pointer);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private byte[] plain(String pointer, DeliveryContext context, SealedDelivery sealed) {
    if (sealed.suite() != suite) {
      throw refused(pointer);
    }
    HPKE hpke = suite.hpke();
    try {
      return secret
          .reveal(bytes -> hpke.setupBaseR(sealed.enc(), pair(suite, bytes), DeliveryKey.INFO))
          .open(context.aad(), sealed.ciphertext());
    } catch (InvalidCipherTextException | IllegalArgumentException | IllegalStateException wrong) {
      throw refused(pointer);
    }
  }

  /** What others seal to. */
  public DeliveryKey publicKey() {
    return publicKey;
  }

  @Override
  public void close() {
    secret.close();
  }

  @Override
  public String toString() {
    return "DeliveryKeyPair[" + suite.word() + "]";
  }

  private static Failure refused(String pointer) {
    return Failure.invalid(pointer, Failure.Code.BAD_FORMAT);
  }
}
