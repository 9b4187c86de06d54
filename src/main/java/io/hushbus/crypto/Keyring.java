package io.hushbus.crypto;

import io.hushbus.model.Failure;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one tenant: every generation of its key-encryption key, opened, and which one is
 * primary, that is, used for new work. Immutable; a rotation makes a new ring.
 */
public final class Keyring {

  /**
   * One generation as it is stored.
   *
   * @param generation from 1
   * @param rootKeyId which root key wraps it
   * @param wrapped the key, wrapped by the root key
   * @param check 16 bytes derived from the key, to tell a wrong key from a wrong row
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody: a row on its way
  public record WrappedKek(int generation, String rootKeyId, byte[] wrapped, byte[] check) {}

  private final TenantId tenant;
  private final int primary;
  private final Map<Integer, TenantKeys> generations;
  private final Set<Integer> absent;

  private Keyring(
      TenantId tenant, int primary, Map<Integer, TenantKeys> generations, Set<Integer> absent) {
    this.tenant = tenant;
    this.primary = primary;
    this.generations = Map.copyOf(generations);
    this.absent = Set.copyOf(absent);
  }

  /**
   * A new random key for a tenant, wrapped, to be stored.
   *
   * @throws Failure unavailable keys, if there is no randomness
   */
  public static WrappedKek create(
      RootKey root, TenantId tenant, int generation, SecureRandom random) {
    try (SecretValue kek = SecretValue.owning(new Entropy(random).bytes(Aead.KEY))) {
      byte[] check = kek.reveal(key -> TenantKeys.check(key, tenant, generation));
      byte[] wrapped = root.wrap(label(tenant, generation), kek);
      return new WrappedKek(generation, root.id(), wrapped, check);
    }
  }

  /**
   * @throws Failure integrity of "key", if any of the keys does not open for this tenant, its check
   *     value differs, a generation comes twice, or the primary is not among them
   */
  public static Keyring open(RootKey root, TenantId tenant, List<WrappedKek> keks, int primary) {
    return open(kek -> root, tenant, keks, primary);
  }

  /**
   * The same while root keys change: each generation opens under the one that wraps it.
   *
   * @throws Failure also unavailable keys, if a root key is not at hand
   */
  public static Keyring open(
      RootKeyRing roots, TenantId tenant, List<WrappedKek> keks, int primary) {
    return open(
        kek ->
            roots
                .of(kek.rootKeyId())
                .orElseThrow(() -> Failure.unavailable(Failure.Dependency.KEYS)),
        tenant,
        keks,
        primary);
  }

  private static Keyring open(
      Function<WrappedKek, RootKey> root, TenantId tenant, List<WrappedKek> keks, int primary) {
    Map<Integer, TenantKeys> generations = new HashMap<>();
    for (WrappedKek kek : keks) {
      if (generations.put(kek.generation(), opened(root.apply(kek), tenant, kek)) != null) {
        throw Failure.integrity("key");
      }
    }
    if (!generations.containsKey(primary)) {
      throw Failure.integrity("key");
    }
    return new Keyring(tenant, primary, generations, Set.of());
  }

  /** This ring, knowing that there is no such generation: rows that name it do not verify. */
  public Keyring without(int generation) {
    Set<Integer> more = new HashSet<>(absent);
    more.add(generation);
    return new Keyring(tenant, primary, generations, more);
  }

  /**
   * The same key under another root key, for a rotation of the root; the key itself stays.
   *
   * @throws Failure integrity of "key", if it does not open under {@code from}
   */
  public static WrappedKek rewrap(RootKey from, RootKey to, TenantId tenant, WrappedKek kek) {
    Canonical label = label(tenant, kek.generation());
    try (SecretValue key = from.unwrap(label, kek.wrapped())) {
      return new WrappedKek(kek.generation(), to.id(), to.wrap(label, key), kek.check());
    }
  }

  public TenantId tenant() {
    return tenant;
  }

  /** The generation that new work uses. */
  public int primary() {
    return primary;
  }

  public boolean knows(int generation) {
    return generations.containsKey(generation);
  }

  /** The tag of a row, under the primary generation. */
  public RowMac mac(Canonical row) {
    return new RowMac(primary, keys(primary).rowTag(row.encode()));
  }

  /**
   * Whether the tag is of this row; false for a generation that is known not to be.
   *
   * @throws StaleKeyring for a generation that may have come after this ring was read
   */
  public boolean verifies(Canonical row, RowMac mac) {
    TenantKeys keys = generations.get(mac.generation());
    if (keys == null && !absent.contains(mac.generation())) {
      throw new StaleKeyring(tenant, mac.generation());
    }
    return keys != null && Macs.equal(keys.rowTag(row.encode()), mac.tag());
  }

  /**
   * @throws Flawed unknown generation
   */
  TenantKeys keys(int generation) {
    @Nullable TenantKeys keys = generations.get(generation);
    if (keys == null) {
      throw Flaw.UNKNOWN_GENERATION.found();
    }
    return keys;
  }

  private static TenantKeys opened(RootKey root, TenantId tenant, WrappedKek kek) {
    try (SecretValue key = root.unwrap(label(tenant, kek.generation()), kek.wrapped())) {
      return key.reveal(bytes -> checked(bytes, tenant, kek));
    }
  }

  private static TenantKeys checked(byte[] key, TenantId tenant, WrappedKek kek) {
    byte[] expected = TenantKeys.check(key, tenant, kek.generation());
    if (key.length != Aead.KEY || !Macs.equal(expected, kek.check())) {
      throw Failure.integrity("key");
    }
    return TenantKeys.of(key, tenant, kek.generation());
  }

  private static Canonical label(TenantId tenant, int generation) {
    return Canonical.of("kek").id(tenant.value()).number(generation);
  }

  @Override
  public String toString() {
    return "Keyring[tenant=%s, primary=%d]".formatted(tenant, primary);
  }
}
