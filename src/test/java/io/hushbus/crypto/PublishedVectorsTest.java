package io.hushbus.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The primitives give what their publishers say. */
class PublishedVectorsTest {

  private static final String P64 =
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
          + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255";
  private static final String C64 =
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
          + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad";
  private static final String KEY =
      "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private static byte[] repeated(int value, int count) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static byte[] counted(int from, int to) {
    byte[] bytes = new byte[to - from + 1];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (from + i);
    }
    return bytes;
  }

  private static void gcm(String key, String iv, String aad, String plain, String sealed) {
    // The cases share keys and nonces, and the cipher refuses a pair that it has just used.
    Aead.CONTENT.seal(
        Fixtures.RANDOM.generateSeed(32), hex(iv), hex(aad), new byte[0], new byte[16], 0);
    byte[] out = new byte[plain.length() / 2 + Aead.TAG];
    Aead.CONTENT.seal(hex(key), hex(iv), hex(aad), hex(plain), out, 0);
    assertThat(out).isEqualTo(hex(sealed));

    byte[] in = hex(iv + sealed);
    int length = in.length - Aead.NONCE;
    assertThat(Aead.CONTENT.open(hex(key), in, 0, hex(aad), Aead.NONCE, length, Flaw.WRONG_TAG))
        .isEqualTo(hex(plain));
    in[in.length - 1] ^= 1;
    assertThatThrownBy(
            () -> Aead.CONTENT.open(hex(key), in, 0, hex(aad), Aead.NONCE, length, Flaw.WRONG_TAG))
        .isInstanceOf(Flawed.class);
  }

  /** The GCM specification given to NIST, test case 13. */
  @Test
  void aes_256_gcm_case_13() {
    gcm("00".repeat(32), "00".repeat(12), "", "", "530f8afbc74536b9a963b4f1c4cb738b");
  }

  /** Test case 14. */
  @Test
  void aes_256_gcm_case_14() {
    gcm(
        "00".repeat(32),
        "00".repeat(12),
        "",
        "00".repeat(16),
        "cea7403d4d606b6e074ec5d3baf39d18" + "d0d1c8a799996bf0265b98b5d48ab919");
  }

  /** Test case 15. */
  @Test
  void aes_256_gcm_case_15() {
    gcm(KEY, "cafebabefacedbaddecaf888", "", P64, C64 + "b094dac5d93471bdec1a502270e3cc6c");
  }

  /** Test case 16. */
  @Test
  void aes_256_gcm_case_16() {
    gcm(
        KEY,
        "cafebabefacedbaddecaf888",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        P64.substring(0, 120),
        C64.substring(0, 120) + "76fc6ece0f4e1768cddf8853bb2d551b");
  }

  @Test
  void the_same_key_and_nonce_twice_in_a_row_are_refused() {
    byte[] key = Fixtures.RANDOM.generateSeed(32);
    byte[] nonce = new byte[Aead.NONCE];
    Aead.CONTENT.seal(key, nonce, nonce, nonce, new byte[28], 0);
    assertThatThrownBy(() -> Aead.CONTENT.seal(key, nonce, nonce, nonce, new byte[28], 0))
        .isInstanceOf(IllegalStateException.class);
  }

  /** RFC 4231, 4.2, 4.3, 4.4 and 4.7. */
  @Test
  void hmac_sha_256() {
    assertThat(Macs.hmac(repeated(0x0b, 20), ascii("Hi There")))
        .isEqualTo(hex("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"));
    assertThat(Macs.hmac(ascii("Jefe"), ascii("what do ya want "), ascii("for nothing?")))
        .isEqualTo(hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    assertThat(Macs.hmac(repeated(0xaa, 20), repeated(0xdd, 50)))
        .isEqualTo(hex("773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"));
    assertThat(
            Macs.hmac(
                repeated(0xaa, 131),
                ascii("Test Using Larger Than Block-Size Key - Hash Key First")))
        .isEqualTo(hex("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"));
  }

  /** RFC 5869, A.1. */
  @Test
  void hkdf_case_1() {
    byte[] extracted = Macs.extract(counted(0, 12), repeated(0x0b, 22));
    assertThat(extracted)
        .isEqualTo(hex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"));
    assertThat(Macs.expand(extracted, 42, counted(0xf0, 0xf9)))
        .isEqualTo(
            hex(
                "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
                    + "34007208d5b887185865"));
  }

  /** RFC 5869, A.2: longer inputs and outputs. */
  @Test
  void hkdf_case_2() {
    byte[] extracted = Macs.extract(counted(0x60, 0xaf), counted(0, 0x4f));
    assertThat(Macs.expand(extracted, 82, counted(0xb0, 0xff)))
        .isEqualTo(
            hex(
                "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
                    + "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
                    + "cc30c58179ec3e87c14c01d5c1f3434f1d87"));
  }

  /** RFC 5869, A.3: no salt, no info. */
  @Test
  void hkdf_case_3() {
    byte[] extracted = Macs.extract(new byte[32], repeated(0x0b, 22));
    assertThat(Macs.expand(extracted, 42, new byte[0]))
        .isEqualTo(
            hex(
                "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
                    + "9d201395faa4b61a96c8"));
  }

  /** RFC 8032, 7.1, tests 1 to 3. */
  @ParameterizedTest
  @CsvSource({
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
        + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a,'',"
        + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e3970"
        + "1cf9b46bd25bf5f0595bbe24655141438e7a100b",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
        + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c,72,"
        + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613"
        + "d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
        + "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025,af82,"
        + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760"
        + "984dc6594a7c15e9716ed28dc027beceea1ec40a"
  })
  void ed25519(String seed, String publicKey, String message, String signature) {
    var signer = new Signer(SecretValue.owning(hex(seed)));
    assertThat(signer.publicKey()).isEqualTo(hex(publicKey));
    assertThat(signer.sign(hex(message))).isEqualTo(hex(signature));
    assertThat(Signer.verify(hex(publicKey), hex(message), hex(signature))).isTrue();
  }

  /** RFC 9106, 5.3. */
  @Test
  void argon2id() {
    var argon2 = new Argon2BytesGenerator();
    argon2.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(32)
            .withIterations(3)
            .withParallelism(4)
            .withSalt(repeated(2, 16))
            .withSecret(repeated(3, 8))
            .withAdditional(repeated(4, 12))
            .build());
    byte[] tag = new byte[32];
    argon2.generateBytes(repeated(1, 32), tag);
    assertThat(tag)
        .isEqualTo(hex("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
