package io.hushbus.crypto;

import static io.hushbus.crypto.Fixtures.CLUSTER;
import static io.hushbus.crypto.Fixtures.bytes;
import static io.hushbus.crypto.Fixtures.flipped;
import static io.hushbus.crypto.Fixtures.root;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.Failure;
import io.hushbus.model.SecretValue;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RootKeyTest {

  private static final Canonical LABEL = Canonical.of("kek").number(1L);

  private final RootKey root = root(1);
  private final SecretValue key = SecretValue.ofText("thirty-two bytes of key material");

  @Test
  void what_it_wraps_it_unwraps() {
    byte[] wrapped = root.wrap(LABEL, key);
    assertThat(bytes(root.unwrap(LABEL, wrapped))).isEqualTo(bytes(key));
    assertThat(wrapped).hasSize(3 + 12 + 32 + 16);
    assertThat(root.wrap(LABEL, key)).isNotEqualTo(wrapped);
  }

  @Test
  void another_label_another_root_or_a_changed_byte_does_not_unwrap() {
    byte[] wrapped = root.wrap(LABEL, key);
    isRefused(root, Canonical.of("kek").number(2L), wrapped);
    isRefused(root, Canonical.of("system-key").number(1L), wrapped);
    isRefused(root(2), LABEL, wrapped);
    for (int at = 0; at < wrapped.length; at++) {
      isRefused(root, LABEL, flipped(wrapped, at));
    }
    for (int length = 0; length < wrapped.length; length++) {
      isRefused(root, LABEL, Arrays.copyOf(wrapped, length));
    }
    isRefused(root, LABEL, Arrays.copyOf(wrapped, wrapped.length + 1));
    isRefused(root, LABEL, Arrays.copyOf(wrapped, 1 << 20));
  }

  private static void isRefused(RootKey root, Canonical label, byte[] wrapped) {
    assertThatThrownBy(() -> root.unwrap(label, wrapped))
        .isInstanceOfSatisfying(
            Failure.Integrity.class, failure -> assertThat(failure.kind()).isEqualTo("key"));
  }

  /**
   * N-59: the wrong key, and the right key of another cluster, are told apart from the right one.
   */
  @Test
  void the_check_value_belongs_to_one_key_and_one_cluster() {
    byte[] check = root.check(CLUSTER);
    assertThat(check).hasSize(16).isEqualTo(root(1).check(CLUSTER));
    assertThat(root(2).check(CLUSTER)).isNotEqualTo(check);
    assertThat(root.check(new UUID(1, 1))).isNotEqualTo(check);
  }

  @Test
  void the_id_names_the_key_and_tells_nothing_else() {
    assertThat(root.id()).matches("rk_[0-9a-f]{16}").isEqualTo(root(1).id());
    assertThat(root(2).id()).isNotEqualTo(root.id());
  }

  @Test
  void only_32_bytes_are_a_root_key() {
    for (int size : new int[] {0, 16, 31, 33, 64}) {
      assertThatThrownBy(() -> RootKey.of(SecretValue.owning(new byte[size]), Fixtures.RANDOM))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void without_randomness_nothing_is_wrapped() {
    RootKey broken = RootKey.of(SecretValue.owning(new byte[32]), BrokenRandom.throwingAfter(0));
    assertThatThrownBy(() -> broken.wrap(LABEL, key)).isInstanceOf(Failure.Unavailable.class);
  }

  @Test
  void a_closed_key_works_no_more_and_prints_nothing() {
    assertThat(root).hasToString("RootKey[hidden]");
    root.close();
    assertThatThrownBy(root::id).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> root.wrap(LABEL, key)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void system_keys_are_bound_to_cluster_kind_and_generation() {
    var kind = SystemKeyKind.TOKEN_PEPPER;
    byte[] wrapped = SystemKeys.create(root, CLUSTER, kind, 1, Fixtures.RANDOM);
    assertThat(SystemKeys.open(root, CLUSTER, kind, 1, wrapped).size()).isEqualTo(32);
    isSystemKeyRefused(new UUID(1, 1), kind, 1, wrapped);
    isSystemKeyRefused(CLUSTER, SystemKeyKind.AUDIT_MAC, 1, wrapped);
    isSystemKeyRefused(CLUSTER, kind, 2, wrapped);
    assertThatThrownBy(() -> SystemKeys.create(root, CLUSTER, kind, 1, BrokenRandom.silentAfter(0)))
        .isInstanceOf(Failure.Unavailable.class);
  }

  private void isSystemKeyRefused(UUID cluster, SystemKeyKind kind, int generation, byte[] bytes) {
    assertThatThrownBy(() -> SystemKeys.open(root, cluster, kind, generation, bytes))
        .isInstanceOf(Failure.Integrity.class);
  }

  @Test
  void the_words_of_system_keys_are_stable() {
    assertThat(SystemKeyKind.values())
        .extracting(SystemKeyKind::word)
        .containsExactly(
            "token_pepper",
            "token_signing",
            "audit_signing",
            "audit_mac",
            "cursor_mac",
            "delivery");
  }
}
