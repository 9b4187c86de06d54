package io.hushbus.audit;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.Macs;
import io.hushbus.crypto.Signer;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.InventoryHead;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** The installation's keys of the audit trail, and which cluster they speak for. */
public final class AuditKeys {

  private final UUID cluster;
  private final SecretValue mac;
  private final List<Signer> signers;
  private final TrustedKeys trusted;

  /**
   * @param mac the system key {@code AUDIT_MAC}; kept and used until somebody closes it
   * @param signers from the system keys {@code AUDIT_SIGNING}: the first signs, all are trusted
   */
  public AuditKeys(UUID cluster, SecretValue mac, List<Signer> signers) {
    if (signers.isEmpty()) {
      throw new IllegalArgumentException("checkpoints need a key to be signed with");
    }
    this.cluster = cluster;
    this.mac = mac;
    this.signers = List.copyOf(signers);
    this.trusted = TrustedKeys.of(publicKeys().values());
  }

  /** The public halves (raw Ed25519, 32 bytes) by key id: to be published. */
  public Map<String, byte[]> publicKeys() {
    return signers.stream().collect(Collectors.toMap(Signer::keyId, Signer::publicKey));
  }

  ExportItem.Header header(TenantId tenant) {
    return new ExportItem.Header(cluster, tenant, publicKeys());
  }

  TrustedKeys trusted() {
    return trusted;
  }

  byte[] mac(TenantId tenant, ChainHead head) {
    return AuditChain.mac(mac, tenant, head);
  }

  /** Whether the broker wrote this end of a chain. */
  boolean vouchFor(StoredChain chain) {
    return Macs.equal(mac(chain.tenant(), chain.head()), chain.mac());
  }

  Checkpoint sign(TenantId tenant, ChainHead head, Instant at, Optional<InventoryHead> inventory) {
    return Checkpoint.sign(signers.getFirst(), cluster, tenant, head, at, inventory);
  }

  /** What says that the broker wrote a confirmation. */
  byte[] confirmation(TenantId tenant, long epoch, Instant at) {
    byte[] row =
        Canonical.of("restore-confirmation/1").id(tenant.value()).number(epoch).time(at).encode();
    return Macs.hmacSha256(mac, row);
  }

  UUID cluster() {
    return cluster;
  }
}
