package io.hushbus.audit;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.Signer;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.InventoryHead;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The broker's signed statement that a tenant's chain was this long, with this hash, at this time.
 * A copy that is kept outside the database makes the loss of records visible.
 *
 * @param inventory what the tenant was to have then; empty where nobody had counted
 * @param keyId which of the installation's published keys signed
 * @param signature Ed25519 (RFC 8032) over {@link #statement()}, 64 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole, never changed
public record Checkpoint(
    UUID cluster,
    TenantId tenant,
    long sequence,
    byte[] hash,
    Instant at,
    Optional<InventoryHead> inventory,
    String keyId,
    byte[] signature) {

  /** Signs the end of a chain. */
  static Checkpoint sign(
      Signer signer,
      UUID cluster,
      TenantId tenant,
      ChainHead head,
      Instant at,
      Optional<InventoryHead> inventory) {
    byte[] statement = statement(cluster, tenant, head.sequence(), head.hash(), at, inventory);
    return new Checkpoint(
        cluster,
        tenant,
        head.sequence(),
        head.hash(),
        at,
        inventory,
        signer.keyId(),
        signer.sign(statement));
  }

  /** Whether the signature holds under a public key. */
  boolean signedBy(byte[] publicKey) {
    return Signer.verify(publicKey, statement(), signature);
  }

  /** The bytes that are signed. */
  byte[] statement() {
    return statement(cluster, tenant, sequence, hash, at, inventory);
  }

  private static byte[] statement(
      UUID cluster,
      TenantId tenant,
      long sequence,
      byte[] hash,
      Instant at,
      Optional<InventoryHead> inventory) {
    Canonical label =
        Canonical.of(inventory.isPresent() ? "audit-checkpoint/2" : "audit-checkpoint/1");
    Canonical chain = label.id(cluster).id(tenant.value()).number(sequence).bytes(hash).time(at);
    return inventory.map(one -> and(chain, one)).orElse(chain).encode();
  }

  private static Canonical and(Canonical chain, InventoryHead inventory) {
    return chain
        .number(inventory.change())
        .number(inventory.secrets())
        .number(inventory.highest())
        .number(inventory.epoch())
        .number(inventory.position())
        .bytes(inventory.mac());
  }
}
