package io.hushbus.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Payload;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.hushbus.support.Vectors;
import io.hushbus.support.Vectors.Vector;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContext;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.pqc.crypto.xwing.XWingKEMExtractor;
import org.bouncycastle.pqc.crypto.xwing.XWingPrivateKeyParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DeliveryKeyTest {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final TenantId TENANT = new TenantId(new UUID(1, 1));
  private static final DeliveryContext CONTEXT = context(3);

  private static DeliveryContext context(int version) {
    return DeliveryContext.lease(
        TENANT, new LeaseId(new UUID(2, 2)), new SecretId(new UUID(3, 3)), version);
  }

  static List<Vector> hpke() {
    return Vectors.read("hpke.txt");
  }

  static List<Vector> xWing() {
    return Vectors.read("x-wing.txt");
  }

  @ParameterizedTest
  @MethodSource("hpke")
  void the_published_ciphertexts_open_and_come_out_again(Vector vector)
      throws InvalidCipherTextException {
    HPKE hpke = DeliverySuite.X25519.hpke();
    AsymmetricCipherKeyPair receiver = scalar(vector.hex("private_key"));
    AsymmetricCipherKeyPair ephemeral = scalar(vector.hex("ephemeral"));
    var sender = hpke.setupBaseS(receiver.getPublic(), vector.hex("info"), ephemeral);
    HPKEContext opener = hpke.setupBaseR(vector.hex("enc"), receiver, vector.hex("info"));
    for (Vector before : hpke().subList(0, vector.number("count"))) {
      sender.seal(before.hex("aad"), before.hex("plain"));
      opener.open(before.hex("aad"), before.hex("ciphertext"));
    }

    assertThat(hpke.serializePublicKey(receiver.getPublic())).isEqualTo(vector.hex("public_key"));
    assertThat(sender.getEncapsulation()).isEqualTo(vector.hex("enc"));
    assertThat(sender.seal(vector.hex("aad"), vector.hex("plain")))
        .isEqualTo(vector.hex("ciphertext"));
    assertThat(opener.open(vector.hex("aad"), vector.hex("ciphertext")))
        .isEqualTo(vector.hex("plain"));
  }

  private static AsymmetricCipherKeyPair scalar(byte[] bytes) {
    var secret = new X25519PrivateKeyParameters(bytes, 0);
    return new AsymmetricCipherKeyPair(secret.generatePublicKey(), secret);
  }

  @ParameterizedTest
  @MethodSource("xWing")
  void the_published_shared_secrets_of_x_wing_come_out(Vector vector) {
    HPKE hpke = DeliverySuite.X_WING.hpke();
    var pair = hpke.deserializePrivateKey(vector.hex("seed"), null);
    byte[] enc =
        hpke.setupBaseS(pair.getPublic(), new byte[0], vector.hex("encapsulation_seed"))
            .getEncapsulation();

    assertThat(HexFormat.of().formatHex(hpke.serializePublicKey(pair.getPublic())))
        .startsWith(vector.text("public_key_begins"));
    assertThat(HexFormat.of().formatHex(enc)).startsWith(vector.text("enc_begins"));
    var extractor = new XWingKEMExtractor(new XWingPrivateKeyParameters(vector.hex("seed")));
    assertThat(extractor.extractSecret(enc)).isEqualTo(vector.hex("shared_secret"));
  }

  @ParameterizedTest
  @EnumSource(DeliverySuite.class)
  void what_is_sealed_to_a_key_opens_with_its_private_half(DeliverySuite suite) {
    try (DeliveryKeyPair pair = DeliveryKeyPair.generate(suite, RANDOM)) {
      SealedDelivery sealed = overTheWire(key(pair).seal(CONTEXT, payload(), RANDOM));

      Payload opened = pair.open("", CONTEXT, sealed);

      assertThat(opened.entries().keySet()).containsExactly(name("password"), name("username"));
      assertThat(opened.entries().firstEntry().getValue().matches(SecretValue.ofText("s3cret")))
          .isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(DeliverySuite.class)
  void rs19_each_message_has_a_context_of_its_own(DeliverySuite suite) {
    try (DeliveryKeyPair pair = DeliveryKeyPair.generate(suite, RANDOM)) {
      SealedDelivery one = key(pair).seal(CONTEXT, payload(), RANDOM);
      SealedDelivery other = key(pair).seal(CONTEXT, payload(), RANDOM);

      assertThat(one.enc()).isNotEqualTo(other.enc());
      assertThat(one.ciphertext()).isNotEqualTo(other.ciphertext());
    }
  }

  @ParameterizedTest
  @EnumSource(DeliverySuite.class)
  void it_opens_in_no_other_context_and_with_no_other_key(DeliverySuite suite) {
    try (DeliveryKeyPair pair = DeliveryKeyPair.generate(suite, RANDOM);
        DeliveryKeyPair other = DeliveryKeyPair.generate(suite, RANDOM)) {
      SealedDelivery sealed = key(pair).seal(CONTEXT, payload(), RANDOM);

      assertRefused(pair, context(4), sealed);
      assertRefused(pair, DeliveryContext.value(TENANT, "db-password"), sealed);
      assertRefused(other, CONTEXT, sealed);
    }
  }

  @ParameterizedTest
  @EnumSource(DeliverySuite.class)
  void a_changed_byte_anywhere_is_refused(DeliverySuite suite) {
    try (DeliveryKeyPair pair = DeliveryKeyPair.generate(suite, RANDOM)) {
      SealedDelivery sealed = key(pair).seal(CONTEXT, payload(), RANDOM);
      for (int at = 0; at < sealed.enc().length; at += 31) {
        assertRefused(
            pair,
            CONTEXT,
            new SealedDelivery(suite, flipped(sealed.enc(), at), sealed.ciphertext()));
      }
      for (int at = 0; at < sealed.ciphertext().length; at++) {
        assertRefused(
            pair,
            CONTEXT,
            new SealedDelivery(suite, sealed.enc(), flipped(sealed.ciphertext(), at)));
      }
    }
  }

  @Test
  void a_delivery_of_one_suite_does_not_open_with_a_key_of_the_other() {
    try (DeliveryKeyPair one = DeliveryKeyPair.generate(DeliverySuite.X25519, RANDOM);
        DeliveryKeyPair other = DeliveryKeyPair.generate(DeliverySuite.X_WING, RANDOM)) {
      assertRefused(other, CONTEXT, key(one).seal(CONTEXT, payload(), RANDOM));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
      })
  void a_public_key_of_low_order_is_refused(String point) {
    byte[] low = HexFormat.of().parseHex(point);
    assertNoKey(low);

    byte[] hybrid = publicKey(DeliverySuite.X_WING);
    System.arraycopy(low, 0, hybrid, hybrid.length - 32, 32);
    assertNoKey(hybrid);
  }

  @Test
  void an_ml_kem_key_that_is_not_reduced_is_refused() {
    byte[] key = publicKey(DeliverySuite.X_WING);
    key[0] = (byte) 0xff;
    key[1] |= 0x0f;
    assertNoKey(key);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 31, 33, 64, 1184, 1215, 1217})
  void a_key_of_another_length_is_refused(int length) {
    byte[] key = new byte[length];
    Arrays.fill(key, (byte) 9);
    assertNoKey(key);
  }

  @Test
  void a_generator_that_fails_stops_the_sealing() {
    try (DeliveryKeyPair pair = DeliveryKeyPair.generate(DeliverySuite.X25519, RANDOM)) {
      assertThatThrownBy(() -> key(pair).seal(CONTEXT, payload(), BrokenRandom.throwingAfter(0)))
          .isInstanceOf(Failure.Unavailable.class);
    }
  }

  @ParameterizedTest
  @EnumSource(DeliverySuite.class)
  void texts_that_no_sealing_makes_are_refused_before_they_are_opened(DeliverySuite suite) {
    for (List<String> bad :
        List.of(
            List.of("", ""),
            List.of("%%%", "AAAA"),
            List.of("AAAA", "AAAA"),
            List.of("A".repeat(4_000_000), "AAAA"),
            List.of("AAAA", "A".repeat(4_000_000)))) {
      assertThatThrownBy(() -> SealedDelivery.parse("/sealed", suite, bad.get(0), bad.get(1)))
          .isInstanceOf(Failure.Invalid.class);
    }
  }

  private static void assertNoKey(byte[] encoded) {
    assertThatThrownBy(() -> DeliveryKey.parse("/sealed_to", encoded))
        .isInstanceOf(Failure.Invalid.class);
  }

  private static void assertRefused(
      DeliveryKeyPair pair, DeliveryContext context, SealedDelivery sealed) {
    assertThatThrownBy(() -> pair.open("/sealed", context, sealed))
        .isInstanceOf(Failure.Invalid.class);
  }

  private static SealedDelivery overTheWire(SealedDelivery sealed) {
    return SealedDelivery.parse(
        "/sealed", sealed.suite(), sealed.encBase64(), sealed.ciphertextBase64());
  }

  private static DeliveryKey key(DeliveryKeyPair pair) {
    return DeliveryKey.parse("/sealed_to", pair.publicKey().base64());
  }

  private static byte[] publicKey(DeliverySuite suite) {
    try (DeliveryKeyPair pair = DeliveryKeyPair.generate(suite, RANDOM)) {
      return pair.publicKey().encoded();
    }
  }

  private static byte[] flipped(byte[] bytes, int at) {
    byte[] changed = bytes.clone();
    changed[at] ^= 1;
    return changed;
  }

  private static Payload payload() {
    return new Payload(
        Map.of(
            name("username"), SecretValue.ofText("app"),
            name("password"), SecretValue.ofText("s3cret")));
  }

  private static EntryName name(String text) {
    return new EntryName(text);
  }
}
