package io.hushbus.tenant;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.Macs;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;

/**
 * The sum of keyed tags of rows, whatever their order (exclusive or of 32 bytes each). A row that
 * is put in twice is out again. Whoever knew sums could look for other rows with the same one, so
 * they leave this package masked, each with a mask of its own.
 */
final class InventorySum {

  private final SecretValue key;
  private final TenantId tenant;
  private final byte[] bytes;

  private InventorySum(SecretValue key, TenantId tenant, byte[] bytes) {
    this.key = key;
    this.tenant = tenant;
    this.bytes = bytes;
  }

  /** Of no rows. */
  static InventorySum zero(SecretValue key, TenantId tenant) {
    return new InventorySum(key, tenant, new byte[Macs.SIZE]);
  }

  /** The sum that a row of the table holds; its MAC says later whether it is one. */
  static InventorySum of(SecretValue key, TenantId tenant, InventoryStore.Row row) {
    InventorySum sum = zero(key, tenant);
    if (row.masked().length == Macs.SIZE) {
      sum.xor(row.masked());
      sum.xor(sum.mask(row));
    }
    return sum;
  }

  void toggle(byte[] row) {
    xor(
        Macs.hmacSha256(
            key, Canonical.of("inventory-entry/1").id(tenant.value()).bytes(row).encode()));
  }

  boolean equalTo(InventorySum other) {
    return Macs.equal(bytes, other.bytes);
  }

  /** The row to be stored: masked, and under its MAC. */
  InventoryStore.Row seal(InventoryStore.Row open) {
    byte[] masked = bytes.clone();
    xor(masked, mask(open));
    return open.with(masked, mac(open));
  }

  /** Whether the broker wrote the row. */
  boolean vouchFor(InventoryStore.Row row) {
    return Macs.equal(mac(row), row.mac());
  }

  private byte[] mac(InventoryStore.Row row) {
    return Macs.hmacSha256(
        key,
        Canonical.of("inventory/1")
            .id(tenant.value())
            .number(row.change())
            .number(row.secrets())
            .number(row.highest())
            .number(row.epoch())
            .number(row.position())
            .id(row.nonce())
            .bytes(bytes)
            .encode());
  }

  private byte[] mask(InventoryStore.Row row) {
    return Macs.hmacSha256(
        key, Canonical.of("inventory-mask/1").id(tenant.value()).id(row.nonce()).encode());
  }

  private void xor(byte[] other) {
    xor(bytes, other);
  }

  private static void xor(byte[] into, byte[] other) {
    for (int i = 0; i < into.length; i++) {
      into[i] ^= other[i];
    }
  }
}
