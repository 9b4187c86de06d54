package io.hushbus.audit;

import io.hushbus.model.TenantId;
import java.time.Instant;

/**
 * The end of a chain as its row says, and what is stored beside it.
 *
 * @param mac what the row carries; nothing of the row is believed before it is checked
 * @param lastSequence the highest sequence that is stored; 0 if there is no record
 * @param lastHash the hash of that record; 32 zero bytes if there is none
 * @param now the database's time
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole, never changed
record StoredChain(
    TenantId tenant, ChainHead head, byte[] mac, long lastSequence, byte[] lastHash, Instant now) {

  /** Whether the stored records end where the row says. */
  boolean endsWithItsRecords() {
    return head.equals(new ChainHead(lastSequence, lastHash, head.checkpoint()));
  }
}
