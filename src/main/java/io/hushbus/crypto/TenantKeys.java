package io.hushbus.crypto;

import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import java.nio.ByteBuffer;

/**
 * What one generation of a tenant's key is used as: a key per purpose, each derived by HKDF from
 * the key-encryption key, bound to tenant and generation. The key-encryption key itself is not
 * kept.
 */
final class TenantKeys {

  static final int CHECK = 16;

  private final byte[] wrapping;
  private final byte[] rows;
  private final byte[] content;

  private TenantKeys(byte[] wrapping, byte[] rows, byte[] content) {
    this.wrapping = wrapping;
    this.rows = rows;
    this.content = content;
  }

  static TenantKeys of(byte[] kek, TenantId tenant, int generation) {
    byte[] owner = owner(tenant, generation);
    return new TenantKeys(
        Macs.derive(kek, "dek-wrap/1", owner),
        Macs.derive(kek, "row-mac/1", owner),
        Macs.derive(kek, "content-digest/1", owner));
  }

  /** The key check value, stored beside the wrapped key. */
  static byte[] check(byte[] kek, TenantId tenant, int generation) {
    return Macs.expand(kek, CHECK, "kek-check/1", owner(tenant, generation));
  }

  /** Encrypts the keys of versions; never anything else. */
  byte[] wrapping() {
    return wrapping;
  }

  byte[] rowTag(byte[] row) {
    return Macs.hmac(rows, row);
  }

  /** The key for digests of one secret's contents. */
  byte[] digestKey(byte[] secret) {
    return Macs.expand(content, Macs.SIZE, "secret/1", secret);
  }

  private static byte[] owner(TenantId tenant, int generation) {
    return ByteBuffer.allocate(20).put(Uuids.bytes(tenant.value())).putInt(generation).array();
  }

  @Override
  public String toString() {
    return "TenantKeys[hidden]";
  }
}
