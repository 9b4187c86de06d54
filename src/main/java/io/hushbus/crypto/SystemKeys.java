package io.hushbus.crypto;

import io.hushbus.model.Failure;
import io.hushbus.model.SecretValue;
import java.security.SecureRandom;
import java.util.UUID;

/**
 * The keys of the broker itself: 32 random bytes each, stored wrapped by the root key, bound to the
 * cluster, the purpose and the generation.
 */
public final class SystemKeys {

  private static final int SIZE = 32;

  private SystemKeys() {}

  /**
   * A new key in its wrapped form, to be stored.
   *
   * @param generation from 1
   */
  public static byte[] create(
      RootKey root, UUID cluster, SystemKeyKind kind, int generation, SecureRandom random) {
    try (SecretValue key = SecretValue.owning(new Entropy(random).bytes(SIZE))) {
      return root.wrap(label(cluster, kind, generation), key);
    }
  }

  /**
   * @throws Failure integrity of "key", for bytes of another root key, cluster, kind or generation
   */
  public static SecretValue open(
      RootKey root, UUID cluster, SystemKeyKind kind, int generation, byte[] wrapped) {
    return root.unwrap(label(cluster, kind, generation), wrapped);
  }

  /**
   * The same key under another root key, for a rotation of the root; the key itself stays.
   *
   * @throws Failure integrity of "key", if it does not open under {@code from}
   */
  public static byte[] rewrap(
      RootKey from, RootKey to, UUID cluster, SystemKeyKind kind, int generation, byte[] wrapped) {
    Canonical label = label(cluster, kind, generation);
    try (SecretValue key = from.unwrap(label, wrapped)) {
      return to.wrap(label, key);
    }
  }

  private static Canonical label(UUID cluster, SystemKeyKind kind, int generation) {
    return Canonical.of("system-key").id(cluster).text(kind.word()).number(generation);
  }
}
