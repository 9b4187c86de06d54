package io.hushbus.crypto;

import static io.hushbus.crypto.Fixtures.OTHER_TENANT;
import static io.hushbus.crypto.Fixtures.TENANT;
import static io.hushbus.crypto.Fixtures.flipped;
import static io.hushbus.crypto.Fixtures.keks;
import static io.hushbus.crypto.Fixtures.ring;
import static io.hushbus.crypto.Fixtures.root;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.crypto.Keyring.WrappedKek;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class KeyringTest {

  private final RootKey root = root(1);
  private final WrappedKek one = Keyring.create(root, TENANT, 1, Fixtures.RANDOM);
  private final WrappedKek two = Keyring.create(root, TENANT, 2, Fixtures.RANDOM);

  private static void isKeyFailure(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            Failure.Integrity.class, failure -> assertThat(failure.kind()).isEqualTo("key"));
  }

  private void doesNotOpen(TenantId tenant, WrappedKek kek) {
    isKeyFailure(() -> Keyring.open(root, tenant, List.of(kek), kek.generation()));
  }

  @Test
  void a_ring_knows_its_generations_and_its_primary() {
    Keyring ring = Keyring.open(root, TENANT, List.of(one, two), 1);
    assertThat(ring.primary()).isEqualTo(1);
    assertThat(ring.tenant()).isEqualTo(TENANT);
    assertThat(ring.knows(1)).isTrue();
    assertThat(ring.knows(2)).isTrue();
    assertThat(ring.knows(3)).isFalse();
  }

  @Test
  void keys_are_random_and_say_which_root_wraps_them() {
    WrappedKek again = Keyring.create(root, TENANT, 1, Fixtures.RANDOM);
    assertThat(again.check()).isNotEqualTo(one.check()).hasSize(16);
    assertThat(again.wrapped()).isNotEqualTo(one.wrapped());
    assertThat(one.rootKeyId()).isEqualTo(root.id());
  }

  /** N-56: an older generation's bytes, or another tenant's. */
  @Test
  void a_swapped_key_does_not_open() {
    doesNotOpen(TENANT, new WrappedKek(2, two.rootKeyId(), one.wrapped(), two.check()));
    doesNotOpen(TENANT, new WrappedKek(2, one.rootKeyId(), one.wrapped(), one.check()));
    doesNotOpen(OTHER_TENANT, one);
    WrappedKek others = Keyring.create(root, OTHER_TENANT, 1, Fixtures.RANDOM);
    doesNotOpen(TENANT, others);
    doesNotOpen(TENANT, new WrappedKek(1, one.rootKeyId(), others.wrapped(), one.check()));
  }

  /** N-56: the tenant beside is not touched by it. */
  @Test
  void others_serve_on() {
    doesNotOpen(TENANT, new WrappedKek(1, one.rootKeyId(), two.wrapped(), one.check()));
    WrappedKek others = Keyring.create(root, OTHER_TENANT, 1, Fixtures.RANDOM);
    assertThat(Keyring.open(root, OTHER_TENANT, List.of(others), 1).knows(1)).isTrue();
  }

  @Test
  void a_changed_byte_of_key_or_check_is_seen() {
    for (int at = 0; at < one.wrapped().length; at++) {
      doesNotOpen(
          TENANT, new WrappedKek(1, one.rootKeyId(), flipped(one.wrapped(), at), one.check()));
    }
    for (int at = 0; at < one.check().length; at++) {
      doesNotOpen(
          TENANT, new WrappedKek(1, one.rootKeyId(), one.wrapped(), flipped(one.check(), at)));
    }
  }

  @Test
  void another_root_key_opens_nothing() {
    isKeyFailure(() -> Keyring.open(root(2), TENANT, List.of(one), 1));
  }

  @Test
  void a_ring_without_its_primary_or_with_a_generation_twice_does_not_open() {
    isKeyFailure(() -> Keyring.open(root, TENANT, List.of(one), 2));
    isKeyFailure(() -> Keyring.open(root, TENANT, List.of(), 1));
    isKeyFailure(() -> Keyring.open(root, TENANT, List.of(one, one), 1));
  }

  @Test
  void without_randomness_no_key_is_made() {
    assertThatThrownBy(() -> Keyring.create(root, TENANT, 1, BrokenRandom.silentAfter(0)))
        .isInstanceOf(Failure.Unavailable.class);
  }

  @Test
  void a_row_verifies_by_the_generation_that_made_its_tag() {
    Canonical row = Canonical.of("row").number(7L);
    RowMac old = Keyring.open(root, TENANT, List.of(one, two), 1).mac(row);
    Keyring now = Keyring.open(root, TENANT, List.of(one, two), 2);
    assertThat(old.generation()).isEqualTo(1);
    assertThat(old.tag()).hasSize(32);
    assertThat(now.verifies(row, old)).isTrue();
    assertThat(now.verifies(row, now.mac(row))).isTrue();
    assertThat(now.mac(row)).isNotEqualTo(old);
  }

  @Test
  void a_changed_row_or_tag_does_not_verify() {
    Keyring ring = ring(TENANT, 2);
    RowMac mac = ring.mac(Canonical.of("row").number(7L));
    assertThat(ring.verifies(Canonical.of("row").number(6L), mac)).isFalse();
    assertThat(ring.verifies(Canonical.of("wor").number(7L), mac)).isFalse();
    Canonical row = Canonical.of("row").number(7L);
    for (int at = 0; at < 32; at++) {
      assertThat(ring.verifies(row, new RowMac(2, flipped(mac.tag(), at)))).isFalse();
    }
    assertThat(ring.verifies(row, new RowMac(1, mac.tag()))).isFalse();
    assertThat(ring.without(3).verifies(row, new RowMac(3, mac.tag()))).isFalse();
    assertThatThrownBy(() -> ring.verifies(row, new RowMac(3, mac.tag())))
        .isInstanceOfSatisfying(
            StaleKeyring.class, stale -> assertThat(stale.generation()).isEqualTo(3));
    assertThat(ring.verifies(row, new RowMac(2, new byte[0]))).isFalse();
  }

  @Test
  void a_row_of_one_tenant_does_not_verify_for_another() {
    Canonical row = Canonical.of("row").number(7L);
    assertThat(ring(OTHER_TENANT, 1).verifies(row, ring(TENANT, 1).mac(row))).isFalse();
  }

  @Test
  void the_keys_of_one_generation_differ_by_purpose() {
    byte[] kek = new byte[32];
    TenantKeys keys = TenantKeys.of(kek, TENANT, 1);
    byte[] row = {1};
    assertThat(keys.wrapping()).isNotEqualTo(kek);
    assertThat(keys.rowTag(row)).isNotEqualTo(Macs.hmac(keys.wrapping(), row));
    assertThat(TenantKeys.of(kek, TENANT, 2).wrapping()).isNotEqualTo(keys.wrapping());
    assertThat(TenantKeys.of(kek, OTHER_TENANT, 1).wrapping()).isNotEqualTo(keys.wrapping());
  }

  @Test
  void a_new_root_key_takes_over_without_touching_what_is_below() {
    RootKey next = root(99);
    WrappedKek moved = Keyring.rewrap(root, next, TENANT, one);
    Canonical row = Canonical.of("row").flag(true);
    RowMac mac = Keyring.open(root, TENANT, List.of(one), 1).mac(row);
    assertThat(Keyring.open(next, TENANT, List.of(moved), 1).verifies(row, mac)).isTrue();
    assertThat(moved.check()).isEqualTo(one.check());
    assertThat(moved.rootKeyId()).isEqualTo(next.id());
    isKeyFailure(() -> Keyring.open(root, TENANT, List.of(moved), 1));
    isKeyFailure(() -> Keyring.rewrap(next, root, TENANT, one));
  }

  @Test
  void nothing_prints_itself() {
    assertThat(ring(TENANT, 1)).hasToString("Keyring[tenant=" + TENANT + ", primary=1]");
    assertThat(TenantKeys.of(new byte[32], TENANT, 1)).hasToString("TenantKeys[hidden]");
    assertThat(keks(root, TENANT, 1)).hasSize(1);
  }
}
