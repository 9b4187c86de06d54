package io.hushbus.crypto;

import static io.hushbus.crypto.Fixtures.OTHER_SECRET;
import static io.hushbus.crypto.Fixtures.OTHER_TENANT;
import static io.hushbus.crypto.Fixtures.SECRET;
import static io.hushbus.crypto.Fixtures.TENANT;
import static io.hushbus.crypto.Fixtures.context;
import static io.hushbus.crypto.Fixtures.flipped;
import static io.hushbus.crypto.Fixtures.payload;
import static io.hushbus.crypto.Fixtures.ring;
import static io.hushbus.crypto.Fixtures.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.Payload;
import io.hushbus.model.SecretType;
import io.hushbus.model.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeTest {

  private final Envelope envelope = new Envelope(Fixtures.RANDOM);
  private final Keyring ring = ring(TENANT, 2);

  private Sealed sealed(SealContext context) {
    return envelope.seal(ring, context, payload("password", "correct horse"));
  }

  private static void isIntegrityFailure(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            Failure.Integrity.class,
            failure -> assertThat(failure.kind()).isEqualTo("secret_version"));
  }

  private static Flaw flawOf(ThrowingCallable call) {
    Flaw[] found = new Flaw[1];
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(Flawed.class, flawed -> found[0] = flawed.flaw());
    return found[0];
  }

  @Test
  void what_was_sealed_opens() {
    Sealed sealed =
        envelope.seal(
            ring, context(), payload("b", "two", "a", "one", "empty", "", "utf8", "ü\0€"));
    Payload opened = envelope.open(ring, context(), Sealed.parse(sealed.bytes()));
    assertThat(texts(opened))
        .isEqualTo(Map.of("a", "one", "b", "two", "empty", "", "utf8", "ü\0€"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 1024, 65_536, 1 << 20})
  void every_size_opens(int size) {
    byte[] value = new byte[size];
    Fixtures.RANDOM.nextBytes(value);
    Payload payload = Payload.ofOne(EntryName.VALUE, SecretValue.copyOf(value));
    Payload opened = envelope.open(ring, context(), envelope.seal(ring, context(), payload));
    assertThat(Fixtures.bytes(opened.entries().firstEntry().getValue())).isEqualTo(value);
  }

  @Test
  void a_payload_over_one_mebibyte_is_refused() {
    Payload payload = Payload.ofOne(EntryName.VALUE, SecretValue.owning(new byte[(1 << 20) + 1]));
    assertThatThrownBy(() -> envelope.seal(ring, context(), payload))
        .isInstanceOf(Failure.Invalid.class);
  }

  @Test
  void the_stored_form_holds_neither_value_nor_names() {
    String stored = new String(sealed(context()).bytes(), StandardCharsets.ISO_8859_1);
    assertThat(stored).doesNotContain("correct").doesNotContain("password");
  }

  @Test
  void the_payload_stays_open_after_sealing() {
    Payload payload = payload("a", "one");
    envelope.seal(ring, context(), payload);
    assertThat(texts(payload)).containsEntry("a", "one");
  }

  /** N-51. */
  @Test
  void no_byte_can_be_changed() {
    byte[] stored = sealed(context()).bytes();
    for (int at = 0; at < stored.length; at++) {
      byte[] changed = flipped(stored, at);
      assertThatThrownBy(() -> envelope.open(ring, context(), Sealed.parse(changed)))
          .as("byte %d", at)
          .isInstanceOf(Failure.Integrity.class);
    }
  }

  /** N-51, each bit of what an attacker would choose first. */
  @Test
  void no_bit_of_the_header_can_be_changed() {
    byte[] stored = sealed(context()).bytes();
    for (int bit = 0; bit < Sealed.CONTENT_AT * 8; bit++) {
      byte[] changed = stored.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> envelope.open(ring, context(), Sealed.parse(changed)))
          .as("bit %d", bit)
          .isInstanceOf(Failure.Integrity.class);
    }
  }

  /** N-60: lengths. */
  @Test
  void no_byte_can_be_cut_off_or_added() {
    byte[] stored = sealed(context()).bytes();
    for (int length = 0; length < stored.length + 3; length++) {
      if (length != stored.length) {
        byte[] changed = Arrays.copyOf(stored, length);
        assertThatThrownBy(() -> envelope.open(ring, context(), Sealed.parse(changed)))
            .as("length %d", length)
            .isInstanceOf(Failure.Integrity.class);
      }
    }
  }

  static Stream<SealContext> otherContexts() {
    SealContext c = context();
    UUID other = UUID.fromString("99999999-9999-4999-8999-999999999999");
    return Stream.of(
        new SealContext(
            OTHER_TENANT, c.project(), c.domain(), SECRET, 1, c.createdAtMillis(), c.type()),
        new SealContext(TENANT, other, c.domain(), SECRET, 1, c.createdAtMillis(), c.type()),
        new SealContext(
            TENANT, SealContext.NONE, c.domain(), SECRET, 1, c.createdAtMillis(), c.type()),
        new SealContext(TENANT, c.project(), other, SECRET, 1, c.createdAtMillis(), c.type()),
        new SealContext(TENANT, c.domain(), c.project(), SECRET, 1, c.createdAtMillis(), c.type()),
        new SealContext(
            TENANT, c.project(), c.domain(), OTHER_SECRET, 1, c.createdAtMillis(), c.type()),
        new SealContext(TENANT, c.project(), c.domain(), SECRET, 2, c.createdAtMillis(), c.type()),
        new SealContext(
            TENANT, c.project(), c.domain(), SECRET, 1L << 32 | 1, c.createdAtMillis(), c.type()),
        new SealContext(
            TENANT, c.project(), c.domain(), SECRET, 1, c.createdAtMillis() + 1, c.type()),
        new SealContext(
            TENANT, c.project(), c.domain(), SECRET, 1, c.createdAtMillis(), SecretType.TEXT));
  }

  /** N-52: versions, secrets, tenants, and every other fact of the row. */
  @ParameterizedTest
  @MethodSource("otherContexts")
  void a_blob_moved_to_another_row_does_not_open(SealContext other) {
    isIntegrityFailure(() -> envelope.open(ring, other, sealed(context())));
  }

  /** If one layer forgot a field, the other would still refuse, and the test above stay green. */
  @ParameterizedTest
  @MethodSource("otherContexts")
  void each_layer_alone_refuses_another_row(SealContext other) {
    Sealed sealed = sealed(context());
    assertThat(flawOf(() -> DataKey.unwrap(ring, other, sealed))).isEqualTo(Flaw.WRONG_WRAP);
    try (DataKey key = DataKey.unwrap(ring, context(), sealed)) {
      assertThat(flawOf(() -> key.decrypt(other, sealed))).isEqualTo(Flaw.WRONG_TAG);
    }
  }

  @ParameterizedTest
  @MethodSource("otherContexts")
  void every_fact_of_the_row_changes_both_contexts(SealContext other) {
    assertThat(other.content()).isNotEqualTo(context().content());
    assertThat(other.wrap(1)).isNotEqualTo(context().wrap(1));
  }

  @Test
  void the_two_contexts_of_a_row_differ_and_the_generation_is_in_the_wrapping() {
    assertThat(context().content()).isNotEqualTo(context().wrap(0));
    assertThat(context().wrap(1)).isNotEqualTo(context().wrap(2));
  }

  /** N-52: two tenants, with the ring that goes with the row. */
  @Test
  void a_blob_of_another_tenant_does_not_open() {
    Keyring others = ring(OTHER_TENANT, 2);
    isIntegrityFailure(
        () -> envelope.open(others, context(OTHER_TENANT, SECRET, 1), sealed(context())));
    isIntegrityFailure(() -> envelope.open(others, context(), sealed(context())));
  }

  /** N-52: two generations. */
  @Test
  void a_blob_relabelled_with_another_generation_does_not_open() {
    byte[] stored = sealed(context()).bytes();
    assertThat(stored[7]).isEqualTo((byte) 2);
    stored[7] = 1;
    Sealed relabelled = Sealed.parse(stored);
    isIntegrityFailure(() -> envelope.open(ring, context(), relabelled));
  }

  @Test
  void an_unknown_generation_does_not_open() {
    Keyring newer = ring(TENANT, 3);
    Sealed sealed = envelope.seal(newer, context(), payload("a", "one"));
    isIntegrityFailure(() -> envelope.open(ring, context(), sealed));
    assertThat(flawOf(() -> envelope.opened(ring, context(), sealed)))
        .isEqualTo(Flaw.UNKNOWN_GENERATION);
  }

  @Test
  void the_parts_of_two_versions_cannot_be_mixed() {
    byte[] one = sealed(context()).bytes();
    byte[] two = sealed(context()).bytes();
    for (int cut : new int[] {40, 52, 100, 112}) {
      byte[] mixed = one.clone();
      System.arraycopy(two, cut, mixed, cut, two.length - cut);
      isIntegrityFailure(() -> envelope.open(ring, context(), Sealed.parse(mixed)));
    }
  }

  @Test
  void a_wrong_commitment_is_seen_before_the_content_is_touched() {
    byte[] stored = sealed(context()).bytes();
    byte[] changed = flipped(flipped(stored, Sealed.COMMITMENT_AT), stored.length - 1);
    assertThat(flawOf(() -> envelope.opened(ring, context(), Sealed.checked(changed))))
        .isEqualTo(Flaw.WRONG_COMMITMENT);
  }

  @Test
  void sealing_for_one_tenant_with_the_keys_of_another_is_a_bug() {
    assertThatThrownBy(
            () -> envelope.seal(ring, context(OTHER_TENANT, SECRET, 1), payload("a", "one")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rewrapping_changes_the_wrap_and_leaves_the_content_as_it_is() {
    RootKey root = Fixtures.root(1);
    List<Keyring.WrappedKek> keks = Fixtures.keks(root, TENANT, 2);
    Keyring before = Keyring.open(root, TENANT, keks, 1);
    Keyring after = Keyring.open(root, TENANT, keks, 2);
    Sealed old = envelope.seal(before, context(), payload("a", "one"));

    Sealed renewed = envelope.rewrap(after, context(), old);

    assertThat(old.keyGeneration()).isEqualTo(1);
    assertThat(renewed.keyGeneration()).isEqualTo(2);
    assertThat(content(renewed)).isEqualTo(content(old));
    assertThat(Arrays.copyOf(renewed.bytes(), Sealed.NONCE_AT))
        .isNotEqualTo(Arrays.copyOf(old.bytes(), Sealed.NONCE_AT));
    assertThat(texts(envelope.open(after, context(), renewed))).containsEntry("a", "one");
    assertThat(texts(envelope.open(after, context(), old))).containsEntry("a", "one");

    Keyring withoutTheOld = Keyring.open(root, TENANT, keks.subList(1, 2), 2);
    assertThat(texts(envelope.open(withoutTheOld, context(), renewed))).containsEntry("a", "one");
    isIntegrityFailure(() -> envelope.open(withoutTheOld, context(), old));
  }

  @Test
  void rewrapping_refuses_what_does_not_open() {
    byte[] stored = sealed(context()).bytes();
    Sealed changed = Sealed.parse(flipped(stored, Sealed.WRAPPED_AT));
    isIntegrityFailure(() -> envelope.rewrap(ring, context(), changed));
    isIntegrityFailure(
        () -> envelope.rewrap(ring, context(TENANT, OTHER_SECRET, 1), Sealed.parse(stored)));
  }

  /** N-61: no nonce, no data key and no commitment twice. The everyday suite's share of it. */
  @Test
  void a_hundred_thousand_seals_never_repeat_a_nonce_or_a_key() {
    Payload payload = payload("a", "");
    Set<String> nonces = HashSet.newHashSet(200_000);
    Set<String> commitments = HashSet.newHashSet(100_000);
    for (int i = 0; i < 100_000; i++) {
      byte[] stored = envelope.seal(ring, context(), payload).bytes();
      nonces.add(HexFormat.of().formatHex(stored, Sealed.WRAP_NONCE_AT, Sealed.WRAPPED_AT));
      nonces.add(HexFormat.of().formatHex(stored, Sealed.NONCE_AT, Sealed.CONTENT_AT));
      commitments.add(HexFormat.of().formatHex(stored, Sealed.COMMITMENT_AT, Sealed.WRAP_NONCE_AT));
    }
    assertThat(nonces).hasSize(200_000);
    assertThat(commitments).hasSize(100_000);
  }

  /** N-61: whichever of the three draws fails. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void without_randomness_nothing_is_sealed(int draws) {
    for (var random : List.of(BrokenRandom.throwingAfter(draws), BrokenRandom.silentAfter(draws))) {
      assertThatThrownBy(() -> new Envelope(random).seal(ring, context(), payload("a", "one")))
          .isInstanceOfSatisfying(
              Failure.Unavailable.class,
              failure -> assertThat(failure.dependency()).isEqualTo(Failure.Dependency.KEYS));
    }
  }

  @Test
  void without_randomness_nothing_is_rewrapped() {
    Sealed sealed = sealed(context());
    assertThatThrownBy(
            () -> new Envelope(BrokenRandom.throwingAfter(0)).rewrap(ring, context(), sealed))
        .isInstanceOf(Failure.Unavailable.class);
  }

  @Test
  void without_randomness_what_exists_still_opens() {
    Payload opened =
        new Envelope(BrokenRandom.throwingAfter(0)).open(ring, context(), sealed(context()));
    assertThat(texts(opened)).containsEntry("password", "correct horse");
  }

  @Test
  void a_data_key_encrypts_once() {
    Entropy entropy = new Entropy(Fixtures.RANDOM);
    try (DataKey key = DataKey.random(entropy)) {
      byte[] out = key.header(ring, context(), entropy, 1);
      key.encrypt(context(), entropy, new byte[1], out);
      assertThatThrownBy(() -> key.encrypt(context(), entropy, new byte[1], out))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void an_unwrapped_data_key_encrypts_never() {
    try (DataKey key = DataKey.unwrap(ring, context(), sealed(context()))) {
      assertThatThrownBy(
              () ->
                  key.encrypt(context(), new Entropy(Fixtures.RANDOM), new byte[1], new byte[200]))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void nothing_prints_itself() {
    assertThat(DataKey.random(new Entropy(Fixtures.RANDOM))).hasToString("DataKey[hidden]");
    assertThat(sealed(context()).toString()).isEqualTo("Sealed[generation=2, 157 bytes]");
  }

  private static byte[] content(Sealed sealed) {
    return Arrays.copyOfRange(sealed.bytes(), Sealed.NONCE_AT, sealed.bytes().length);
  }
}
