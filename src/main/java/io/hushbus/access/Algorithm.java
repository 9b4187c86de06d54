package io.hushbus.access;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The ways to sign a token of an identity provider (RFC 7518, RFC 8037): a closed list of
 * asymmetric ones. There is no symmetric one to confuse them with, and no "none".
 */
public enum Algorithm {
  EDDSA("EdDSA", "OKP", "Ed25519"),
  ES256("ES256", "EC", "P-256"),
  PS256("PS256", "RSA", ""),
  RS256("RS256", "RSA", "");

  /** All of them. */
  public static final Set<Algorithm> ALL = Set.of(values());

  private final String word;
  private final String keyType;
  private final String curve;

  Algorithm(String word, String keyType, String curve) {
    this.word = word;
    this.keyType = keyType;
    this.curve = curve;
  }

  /** The word in headers and configurations. */
  public String word() {
    return word;
  }

  public static Optional<Algorithm> of(String word) {
    return Stream.of(values()).filter(one -> one.word.equals(word)).findFirst();
  }

  /** Whether a public key of that type and curve makes such signatures. */
  boolean fits(String type, String itsCurve) {
    return keyType.equals(type) && curve.equals(itsCurve);
  }
}
