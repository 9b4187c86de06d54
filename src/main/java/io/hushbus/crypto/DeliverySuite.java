package io.hushbus.crypto;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.crypto.hpke.HPKE;

/**
 * How a value is sealed to a holder's own key: HPKE (RFC 9180) in base mode with HKDF-SHA256 and
 * AES-256-GCM, over one of two key encapsulations. The length of a public key says which.
 */
public enum DeliverySuite {
  /** DHKEM(X25519, HKDF-SHA256). */
  X25519(HPKE.kem_X25519_SHA256, 32, 32, 32),
  /**
   * X-Wing: ML-KEM-768 and X25519 together, safe while either is (draft-connolly-cfrg-xwing-kem-08,
   * HPKE identifier 0x647a).
   */
  X_WING(HPKE.kem_X_WING, 1184 + 32, 32, 1088 + 32);

  private final short kem;
  private final int publicKeyBytes;
  private final int privateKeyBytes;
  private final int encapsulationBytes;

  DeliverySuite(short kem, int publicKeyBytes, int privateKeyBytes, int encapsulationBytes) {
    this.kem = kem;
    this.publicKeyBytes = publicKeyBytes;
    this.privateKeyBytes = privateKeyBytes;
    this.encapsulationBytes = encapsulationBytes;
  }

  /** The word used in the API and the database: stable for ever. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<DeliverySuite> ofPublicKey(byte[] key) {
    return Arrays.stream(values()).filter(suite -> suite.publicKeyBytes == key.length).findFirst();
  }

  int privateKeyBytes() {
    return privateKeyBytes;
  }

  int encapsulationBytes() {
    return encapsulationBytes;
  }

  // Holds no key, but a key generator that must not be shared between threads.
  HPKE hpke() {
    return new HPKE(HPKE.mode_base, kem, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256);
  }
}
