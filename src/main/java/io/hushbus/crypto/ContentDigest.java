package io.hushbus.crypto;

import io.hushbus.model.Payload;
import io.hushbus.model.SecretId;
import io.hushbus.model.Uuids;
import java.util.Arrays;

/**
 * Tells whether two versions of one secret have the same content without opening either.
 *
 * <p>Keyed by tenant, key generation and secret: equal contents of two secrets have unrelated
 * digests, and nobody without the key can try guesses. After a rotation of the tenant's key, equal
 * contents digest differently: a caller that compares must then take them as changed.
 */
public final class ContentDigest {

  private ContentDigest() {}

  /** 32 bytes, under the primary generation. */
  public static byte[] of(Keyring ring, SecretId secret, Payload payload) {
    byte[] plain = PayloadCodec.encode(payload);
    byte[] key = ring.keys(ring.primary()).digestKey(Uuids.bytes(secret.value()));
    try {
      return Macs.hmac(key, plain);
    } finally {
      Arrays.fill(plain, (byte) 0);
      Arrays.fill(key, (byte) 0);
    }
  }
}
