package io.hushbus.audit;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.Macs;
import io.hushbus.crypto.Sha256;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of the chain: {@code hash(n) = SHA-256(hash(n-1) | canonical(record n))}, over the
 * tenant, the sequence and every column of the record; and the keyed MAC over the chain's end.
 *
 * <p>The hash has no key, so that whoever holds an export can check it. What lies after the last
 * checkpoint is protected by the MAC, whose key is derived for each tenant from the installation's
 * {@code AUDIT_MAC} key, and which only the broker can make.
 */
public final class AuditChain {

  /** Bytes of a hash. */
  public static final int HASH_SIZE = 32;

  private AuditChain() {}

  /** The MAC of a chain without records: what the row of a new tenant carries. */
  public static byte[] genesis(SecretValue auditMacKey, TenantId tenant) {
    return mac(auditMacKey, tenant, ChainHead.START);
  }

  /** The MAC that the row of a chain must carry. */
  static byte[] mac(SecretValue auditMacKey, TenantId tenant, ChainHead head) {
    byte[] row =
        Canonical.of("audit-chain/1")
            .id(tenant.value())
            .number(head.sequence())
            .bytes(head.hash())
            .number(head.checkpoint())
            .encode();
    try (SecretValue key = keyOf(auditMacKey, tenant)) {
      return Macs.hmacSha256(key, row);
    }
  }

  /** The hash of the record that follows a record with hash {@code previous}. */
  static byte[] next(byte[] previous, TenantId tenant, long sequence, AuditRecord record) {
    MessageDigest digest = Sha256.digest();
    digest.update(previous);
    return digest.digest(canonical(tenant, sequence, record));
  }

  /** One block of HKDF-Expand (RFC 5869): the installation's key is uniform, so no extract step. */
  private static SecretValue keyOf(SecretValue auditMacKey, TenantId tenant) {
    byte[] info = Canonical.of("audit-chain-key/1").id(tenant.value()).encode();
    return SecretValue.owning(Macs.hmacSha256(auditMacKey, info, new byte[] {1}));
  }

  private static byte[] canonical(TenantId tenant, long sequence, AuditRecord record) {
    return Canonical.of("audit-record/1")
        .id(tenant.value())
        .number(sequence)
        .id(record.id())
        .time(record.at())
        .id(record.request())
        .text(record.principal())
        .text(record.action())
        .text(record.outcome())
        .text(record.resourceKind())
        .id(record.resourceId().orElse(null))
        .text(record.resourceName().orElse(null))
        .number(version(record))
        .id(record.project().orElse(null))
        .text(record.source())
        .text(record.detail())
        .encode();
  }

  private static @Nullable Long version(AuditRecord record) {
    return record.version().isPresent() ? (long) record.version().getAsInt() : null;
  }
}
