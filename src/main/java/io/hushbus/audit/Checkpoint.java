package io.hushbus.audit;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.Signer;
import io.hushbus.model.TenantId;
import java.time.Instant;
import java.util.UUID;

/**
 * The broker's signed statement that a tenant's chain was this long, with this hash, at this time.
 * A copy that is kept outside the database makes the loss of records visible.
 *
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
    String keyId,
    byte[] signature) {

  /** Signs the end of a chain. */
  static Checkpoint sign(Signer signer, UUID cluster, TenantId tenant, ChainHead head, Instant at) {
    byte[] statement = statement(cluster, tenant, head.sequence(), head.hash(), at);
    return new Checkpoint(
        cluster, tenant, head.sequence(), head.hash(), at, signer.keyId(), signer.sign(statement));
  }

  /** Whether the signature holds under a public key. */
  boolean signedBy(byte[] publicKey) {
    return Signer.verify(publicKey, statement(), signature);
  }

  /** The bytes that are signed. */
  byte[] statement() {
    return statement(cluster, tenant, sequence, hash, at);
  }

  private static byte[] statement(
      UUID cluster, TenantId tenant, long sequence, byte[] hash, Instant at) {
    return Canonical.of("audit-checkpoint/1")
        .id(cluster)
        .id(tenant.value())
        .number(sequence)
        .bytes(hash)
        .time(at)
        .encode();
  }
}
