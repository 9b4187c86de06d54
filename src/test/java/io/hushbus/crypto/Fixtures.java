package io.hushbus.crypto;

import io.hushbus.model.EntryName;
import io.hushbus.model.Payload;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretType;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;

/** Keys, contexts and payloads that the tests of this package share. */
final class Fixtures {

  static final SecureRandom RANDOM = new SecureRandom();
  static final TenantId TENANT =
      new TenantId(UUID.fromString("11111111-1111-4111-8111-111111111111"));
  static final TenantId OTHER_TENANT =
      new TenantId(UUID.fromString("22222222-2222-4222-8222-222222222222"));
  static final UUID PROJECT = UUID.fromString("33333333-3333-4333-8333-333333333333");
  static final UUID DOMAIN = UUID.fromString("44444444-4444-4444-8444-444444444444");
  static final SecretId SECRET =
      new SecretId(UUID.fromString("55555555-5555-4555-8555-555555555555"));
  static final SecretId OTHER_SECRET =
      new SecretId(UUID.fromString("66666666-6666-4666-8666-666666666666"));
  static final UUID CLUSTER = UUID.fromString("77777777-7777-4777-8777-777777777777");
  static final long CREATED = 1_700_000_000_000L;

  private Fixtures() {}

  static RootKey root(int fill) {
    byte[] bytes = new byte[RootKey.SIZE];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (fill + i);
    }
    return RootKey.of(SecretValue.owning(bytes), RANDOM);
  }

  /** A ring of random keys of generations 1 to {@code generations}, the last one primary. */
  static Keyring ring(TenantId tenant, int generations) {
    RootKey root = root(1);
    return Keyring.open(root, tenant, keks(root, tenant, generations), generations);
  }

  static List<Keyring.WrappedKek> keks(RootKey root, TenantId tenant, int generations) {
    return IntStream.rangeClosed(1, generations)
        .mapToObj(n -> Keyring.create(root, tenant, n, RANDOM))
        .toList();
  }

  static SealContext context(TenantId tenant, SecretId secret, long version) {
    return new SealContext(tenant, PROJECT, DOMAIN, secret, version, CREATED, SecretType.KEY_VALUE);
  }

  static SealContext context() {
    return context(TENANT, SECRET, 1);
  }

  static Payload payload(String... namesAndValues) {
    Map<EntryName, SecretValue> entries = new TreeMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      entries.put(new EntryName(namesAndValues[i]), SecretValue.ofText(namesAndValues[i + 1]));
    }
    return new Payload(entries);
  }

  /** The entries as text, for comparison. */
  static Map<String, String> texts(Payload payload) {
    Map<String, String> texts = new TreeMap<>();
    payload.entries().forEach((name, value) -> texts.put(name.text(), text(value)));
    return texts;
  }

  static String text(SecretValue value) {
    return value.reveal(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  static byte[] bytes(SecretValue value) {
    return value.reveal(byte[]::clone);
  }

  static byte[] flipped(byte[] bytes, int at) {
    byte[] changed = bytes.clone();
    changed[at] ^= 0x01;
    return changed;
  }
}
