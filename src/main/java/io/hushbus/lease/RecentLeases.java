package io.hushbus.lease;

import io.hushbus.crypto.RowMac;
import io.hushbus.model.LeaseId;
import io.hushbus.model.TenantId;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Leases as this node wrote them last, for a statement that compares them with what is there. Those
 * that were used longest ago are forgotten. Safe for use by many threads.
 */
final class RecentLeases {

  /** Some 25 MB of them, as long as each is small. */
  private static final int MOST = 20_000;

  private static final int MOST_ENTRIES = 4;

  /**
   * A plain lease, as it was written, and what of its secret was seen then.
   *
   * @param stamp of the version that it is on, and of its head
   */
  record Known(Lease lease, RowMac mac, LiveLeases.Standing standing, String stamp) {}

  private record Key(TenantId tenant, LeaseId id) {}

  private final SequencedMap<Key, Known> leases = new LinkedHashMap<>();

  /** What is known of it, once: whoever asks next meanwhile finds nothing. */
  synchronized Optional<Known> take(TenantId tenant, LeaseId id) {
    return Optional.ofNullable(leases.remove(new Key(tenant, id)));
  }

  /** It was written so, and that is committed. One that is on many entries is not remembered. */
  synchronized void put(TenantId tenant, Known known) {
    if (known.lease().entries().size() > MOST_ENTRIES) {
      return;
    }
    leases.put(new Key(tenant, known.lease().id()), known);
    if (leases.size() > MOST) {
      leases.pollFirstEntry();
    }
  }
}
