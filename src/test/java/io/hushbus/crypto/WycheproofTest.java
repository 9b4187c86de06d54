package io.hushbus.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.SecretValue;
import io.hushbus.support.Vectors;
import io.hushbus.support.Vectors.Vector;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The doors of this package against the vectors of Project Wycheproof, most of which are attacks.
 * X25519 and ES256 have no door here yet: their vectors hold the primitives that will be behind it.
 */
final class WycheproofTest {

  static List<Vector> aes() {
    return Vectors.read("wycheproof/aes-256-gcm.txt");
  }

  static List<Vector> hmac() {
    return Vectors.read("wycheproof/hmac-sha-256.txt");
  }

  static List<Vector> hkdf() {
    return Vectors.read("wycheproof/hkdf-sha-256.txt");
  }

  static List<Vector> ed25519() {
    return Vectors.read("wycheproof/ed25519.txt");
  }

  static List<Vector> x25519() {
    return Vectors.read("wycheproof/x25519.txt");
  }

  static List<Vector> es256() {
    return Vectors.read("wycheproof/es256.txt");
  }

  @ParameterizedTest
  @MethodSource("aes")
  void aes_256_gcm_opens_what_is_whole_and_nothing_else(Vector vector) {
    byte[] in = Macs.join(vector.hex("nonce"), vector.hex("ciphertext"), vector.hex("tag"));
    byte[] key = vector.hex("key");
    if (vector.valid()) {
      assertThat(opened(key, in, vector.hex("aad"))).isEqualTo(vector.hex("plain"));
      assertThat(sealed(vector)).isEqualTo(Arrays.copyOfRange(in, Aead.NONCE, in.length));
    } else {
      assertThatThrownBy(() -> opened(key, in, vector.hex("aad")))
          .isInstanceOfSatisfying(
              Flawed.class, flawed -> assertThat(flawed.flaw()).isEqualTo(Flaw.WRONG_TAG));
    }
  }

  private static byte[] opened(byte[] key, byte[] in, byte[] aad) {
    return Aead.CONTENT.open(key, in, 0, aad, Aead.NONCE, in.length - Aead.NONCE, Flaw.WRONG_TAG);
  }

  private static byte[] sealed(Vector vector) {
    byte[] plain = vector.hex("plain");
    byte[] out = new byte[plain.length + Aead.TAG];
    Aead.CONTENT.seal(vector.hex("key"), vector.hex("nonce"), vector.hex("aad"), plain, out, 0);
    return out;
  }

  @ParameterizedTest
  @MethodSource("hmac")
  void hmac_sha_256_is_what_it_should_be(Vector vector) {
    byte[] tag = Macs.hmacSha256(SecretValue.owning(vector.hex("key")), vector.hex("message"));
    assertThat(Macs.equal(tag, vector.hex("tag"))).isEqualTo(vector.valid());
  }

  /** The three that are not valid ask for more than 255 blocks, which no caller here can. */
  @ParameterizedTest
  @MethodSource("hkdf")
  void hkdf_sha_256_derives_what_it_should(Vector vector) {
    int length = vector.number("length");
    if (vector.valid()) {
      byte[] salt = vector.hex("salt");
      byte[] extracted =
          Macs.extract(salt.length == 0 ? new byte[Macs.SIZE] : salt, vector.hex("material"));
      assertThat(Macs.expand(extracted, length, vector.hex("info"))).isEqualTo(vector.hex("key"));
    } else {
      assertThat(length).isGreaterThan(255 * Macs.SIZE);
    }
  }

  @ParameterizedTest
  @MethodSource("ed25519")
  void ed25519_takes_one_form_of_one_signature(Vector vector) {
    boolean taken =
        Signer.verify(vector.hex("public"), vector.hex("message"), vector.hex("signature"));
    assertThat(taken).isEqualTo(vector.valid());
  }

  /** A point of small order gives the same shared secret with every key: all zero, refused. */
  @ParameterizedTest
  @MethodSource("x25519")
  void x25519_refuses_points_of_small_order(Vector vector) {
    byte[] shared = new byte[X25519.POINT_SIZE];
    boolean agreed =
        X25519.calculateAgreement(vector.hex("private"), 0, vector.hex("public"), 0, shared, 0);
    assertThat(agreed).isEqualTo(!vector.text("result").equals("zero"));
    assertThat(shared).isEqualTo(vector.hex("shared"));
  }

  @ParameterizedTest
  @MethodSource("es256")
  void es256_takes_no_zero_no_wide_and_no_other_form(Vector vector)
      throws GeneralSecurityException {
    assertThat(es256(vector)).isEqualTo(vector.valid());
  }

  private static boolean es256(Vector vector) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initVerify(point(vector.hex("public")));
    signature.update(vector.hex("message"));
    byte[] sent = vector.hex("signature");
    try {
      // The JDK takes shorter spellings of r and s: who verifies has to look at the length first.
      return sent.length == 64 && signature.verify(sent);
    } catch (SignatureException refused) {
      return false;
    }
  }

  private static PublicKey point(byte[] uncompressed) throws GeneralSecurityException {
    AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
    curve.init(new ECGenParameterSpec("secp256r1"));
    BigInteger x = new BigInteger(1, Arrays.copyOfRange(uncompressed, 1, 33));
    BigInteger y = new BigInteger(1, Arrays.copyOfRange(uncompressed, 33, 65));
    return KeyFactory.getInstance("EC")
        .generatePublic(
            new ECPublicKeySpec(new ECPoint(x, y), curve.getParameterSpec(ECParameterSpec.class)));
  }

  @Test
  void keys_of_small_order_verify_nothing() {
    for (Vector vector : Vectors.read("ed25519-small-order.txt")) {
      byte[] key = vector.hex("public");
      byte[] signature = Macs.join(vector.hex("r"), new byte[32]);
      for (String message : List.of("", "a", "b", "c", "d", "e", "f", "g", "h")) {
        byte[] bytes = message.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        assertThat(Signer.verify(key, bytes, signature)).as(vector.toString()).isFalse();
      }
    }
  }
}
