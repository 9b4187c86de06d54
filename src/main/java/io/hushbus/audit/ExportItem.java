package io.hushbus.audit;

import io.hushbus.model.TenantId;
import java.util.Map;
import java.util.UUID;

/** One line of an export: first a header, then entries and checkpoints in chain order, an end. */
sealed interface ExportItem {

  /**
   * Whose chain it is.
   *
   * @param keys the installation's public checkpoint keys (raw Ed25519, 32 bytes), by key id
   */
  record Header(UUID cluster, TenantId tenant, Map<String, byte[]> keys) implements ExportItem {}

  /** A sealed record. */
  @SuppressWarnings("ArrayRecordComponent") // never compared as a whole, never changed
  record Entry(long sequence, AuditRecord record, byte[] hash) implements ExportItem {}

  /** A signed checkpoint of the chain; stands right after the entry with its sequence. */
  record Signed(Checkpoint checkpoint) implements ExportItem {}

  /** Says that the export was not cut off on its way: how many entries were sent. */
  record End(long sequence) implements ExportItem {}
}
