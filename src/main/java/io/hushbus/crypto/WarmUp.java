package io.hushbus.crypto;

import io.hushbus.model.EntryName;
import io.hushbus.model.Payload;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretType;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;

/**
 * Seals and opens throw-away values until the just-in-time compiler has done its work: the first
 * operations of a fresh JVM take a thousand times as long as later ones.
 */
final class WarmUp {

  /** By then an operation takes a hundredth of what the first ones took. */
  private static final int SMALL_ROUNDS = 1000;

  /** So large that the JDK takes its way for long inputs. */
  private static final int LARGE = 8 * 1024;

  private static final int LARGE_ROUNDS = 50;

  private WarmUp() {}

  /** Blocks for about a quarter of a second. */
  static boolean run() {
    var random = new SecureRandom();
    var tenant = new TenantId(new UUID(0, 1));
    try (RootKey root = RootKey.of(SecretValue.owning(new Entropy(random).bytes(32)), random)) {
      Keyring ring =
          Keyring.open(root, tenant, List.of(Keyring.create(root, tenant, 1, random)), 1);
      rounds(new Envelope(random), ring, 1024, SMALL_ROUNDS);
      rounds(new Envelope(random), ring, LARGE, LARGE_ROUNDS);
    }
    return true;
  }

  private static void rounds(Envelope envelope, Keyring ring, int bytes, int count) {
    var secret = new SecretId(new UUID(0, 2));
    var context =
        new SealContext(
            ring.tenant(), SealContext.NONE, SealContext.NONE, secret, 1, 0, SecretType.TEXT);
    try (Payload payload = Payload.ofOne(EntryName.VALUE, SecretValue.owning(new byte[bytes]))) {
      for (int i = 0; i < count; i++) {
        envelope.open(ring, context, envelope.seal(ring, context, payload)).close();
        ring.mac(Canonical.of("warm-up").id(secret.value()).number(i));
      }
    }
  }
}
