package io.hushbus.audit;

import io.hushbus.audit.ExportItem.Entry;
import io.hushbus.model.TenantId;
import java.util.Arrays;

/** Whether an entry follows the entry whose hash is {@code previous}. */
interface Link {

  /** The rule of {@link AuditChain}. */
  Link SEALED =
      (previous, tenant, entry) ->
          Arrays.equals(
              entry.hash(), AuditChain.next(previous, tenant, entry.sequence(), entry.record()));

  boolean holds(byte[] previous, TenantId tenant, Entry entry);
}
