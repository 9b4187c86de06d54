package io.hushbus.crypto;

import static io.hushbus.crypto.Fixtures.flipped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.SecretValue;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class SignerTest {

  private static final byte[] MESSAGE = {1, 2, 3};

  private final byte[] seed = Fixtures.RANDOM.generateSeed(32);
  private final Signer signer = new Signer(SecretValue.copyOf(seed));

  @Test
  void a_signature_verifies_for_its_message_and_key_only() {
    byte[] signature = signer.sign(MESSAGE);
    byte[] key = signer.publicKey();
    assertThat(Signer.verify(key, MESSAGE, signature)).isTrue();
    assertThat(Signer.verify(key, new byte[] {1, 2}, signature)).isFalse();
    var other = new Signer(SecretValue.copyOf(Fixtures.RANDOM.generateSeed(32)));
    assertThat(Signer.verify(other.publicKey(), MESSAGE, signature)).isFalse();
    for (int at = 0; at < signature.length; at++) {
      assertThat(Signer.verify(key, MESSAGE, flipped(signature, at))).isFalse();
    }
  }

  @Test
  void wrong_lengths_and_weak_keys_do_not_verify() {
    byte[] signature = signer.sign(MESSAGE);
    assertThat(Signer.verify(new byte[31], MESSAGE, signature)).isFalse();
    assertThat(Signer.verify(signer.publicKey(), MESSAGE, new byte[63])).isFalse();
    assertThat(Signer.verify(signer.publicKey(), MESSAGE, new byte[65])).isFalse();
    byte[] neutral = new byte[32];
    neutral[0] = 1;
    byte[] trivial = new byte[64];
    trivial[0] = 1;
    assertThat(Signer.verify(neutral, MESSAGE, trivial)).isFalse();
    assertThat(Signer.verify(new byte[32], MESSAGE, new byte[64])).isFalse();
  }

  /** Two implementations agree: the JDK signs the same bytes from the same seed. */
  @Test
  void the_jdk_agrees() throws GeneralSecurityException {
    var spec = new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed);
    Signature jdk = Signature.getInstance("Ed25519", "SunEC");
    jdk.initSign(KeyFactory.getInstance("Ed25519", "SunEC").generatePrivate(spec));
    jdk.update(MESSAGE);
    assertThat(signer.sign(MESSAGE)).isEqualTo(jdk.sign());
  }

  @Test
  void the_jwk_members_are_the_two_halves() {
    assertThat(Base64.getUrlDecoder().decode(signer.jwkX())).isEqualTo(signer.publicKey());
    String d = signer.withJwkD(text -> text);
    assertThat(Base64.getUrlDecoder().decode(d)).isEqualTo(seed);
    assertThat(signer.jwkX() + d).hasSize(86).doesNotContain("=");
  }

  @Test
  void the_id_comes_from_the_public_half() {
    assertThat(signer.keyId())
        .matches("ed_[0-9a-f]{16}")
        .isEqualTo(Signer.keyId(signer.publicKey()));
    assertThat(signer).hasToString("Signer[" + signer.keyId() + "]");
  }

  @Test
  void only_32_bytes_are_a_seed() {
    assertThatThrownBy(() -> new Signer(SecretValue.owning(new byte[31])))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
