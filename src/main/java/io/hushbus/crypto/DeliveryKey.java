package io.hushbus.crypto;

import io.hushbus.model.Failure;
import io.hushbus.model.Payload;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * The public key of somebody to whom values are sealed. Asymmetric work: on an event loop only
 * through {@code CryptoPool.heavy}.
 */
public final class DeliveryKey {

  /** {@code info} of every HPKE context: nothing sealed here opens in another protocol. */
  static final byte[] INFO = "hushbus/delivery/1".getBytes(StandardCharsets.US_ASCII);

  /** Randomness that an X-Wing encapsulation takes: 32 bytes for each half. */
  private static final int X_WING_SEED = 64;

  private final DeliverySuite suite;
  private final byte[] encoded;
  private final AsymmetricKeyParameter key;

  private DeliveryKey(DeliverySuite suite, byte[] encoded, AsymmetricKeyParameter key) {
    this.suite = suite;
    this.encoded = encoded;
    this.key = key;
  }

  /**
   * Reads the raw bytes of a public key: 32 for X25519, 1,216 for X-Wing.
   *
   * @throws Failure invalid at {@code pointer}, for another length, for points of low order, and
   *     for ML-KEM keys that are not reduced (FIPS 203, section 7.2)
   */
  public static DeliveryKey parse(String pointer, byte[] encoded) {
    DeliverySuite suite = DeliverySuite.ofPublicKey(encoded).orElseThrow(() -> refused(pointer));
    if (isLowOrder(
        Arrays.copyOfRange(encoded, encoded.length - X25519.POINT_SIZE, encoded.length))) {
      throw refused(pointer);
    }
    try {
      return new DeliveryKey(suite, encoded.clone(), suite.hpke().deserializePublicKey(encoded));
    } catch (IllegalArgumentException noKey) {
      throw refused(pointer);
    }
  }

  /**
   * The same from standard base64.
   *
   * @throws Failure also for text that is no base64
   */
  public static DeliveryKey parse(String pointer, String base64) {
    try {
      return parse(pointer, Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException notBase64) {
      throw Failure.invalid(pointer, Failure.Code.BAD_BASE64);
    }
  }

  /** Seals a payload; it stays the caller's. */
  public SealedDelivery seal(DeliveryContext context, Payload payload, SecureRandom random) {
    byte[] plain = PayloadCodec.encode(payload);
    try {
      HPKEContextWithEncapsulation sender = sender(new Entropy(random));
      return new SealedDelivery(
          suite, sender.getEncapsulation(), sender.seal(context.aad(), plain));
    } catch (InvalidCipherTextException cannotBe) {
      throw new IllegalStateException("sealing refuses no plaintext of this size", cannotBe);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  // The randomness is ours, so that a generator that fails stops the operation.
  private HPKEContextWithEncapsulation sender(Entropy entropy) {
    HPKE hpke = suite.hpke();
    return switch (suite) {
      case X25519 -> hpke.setupBaseS(key, INFO, ephemeral(entropy));
      case X_WING -> {
        byte[] seed = entropy.bytes(X_WING_SEED);
        try {
          yield hpke.setupBaseS(key, INFO, seed);
        } finally {
          Arrays.fill(seed, (byte) 0);
        }
      }
    };
  }

  private static AsymmetricCipherKeyPair ephemeral(Entropy entropy) {
    byte[] scalar = entropy.bytes(X25519.SCALAR_SIZE);
    try {
      var secret = new X25519PrivateKeyParameters(scalar, 0);
      return new AsymmetricCipherKeyPair(secret.generatePublicKey(), secret);
    } finally {
      Arrays.fill(scalar, (byte) 0);
    }
  }

  // Any scalar tells: multiplied with a point of low order, a clamped one gives the identity.
  private static boolean isLowOrder(byte[] point) {
    byte[] scalar = new byte[X25519.SCALAR_SIZE];
    scalar[0] = 8;
    return !X25519.calculateAgreement(scalar, 0, point, 0, new byte[X25519.POINT_SIZE], 0);
  }

  public DeliverySuite suite() {
    return suite;
  }

  /** The raw public key. */
  public byte[] encoded() {
    return encoded.clone();
  }

  public String base64() {
    return Base64.getEncoder().encodeToString(encoded);
  }

  /** Whether both are the same key. */
  public boolean is(byte[] other) {
    return MessageDigest.isEqual(encoded, other);
  }

  @Override
  public String toString() {
    return "DeliveryKey[" + suite.word() + "]";
  }

  private static Failure refused(String pointer) {
    return Failure.invalid(pointer, Failure.Code.BAD_FORMAT);
  }
}
