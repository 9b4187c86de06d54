package io.hushbus.lease;

import io.hushbus.crypto.CryptoPool;
import io.hushbus.tenant.KeyedRows;
import io.hushbus.tenant.MacedRows;
import java.util.List;
import java.util.stream.Stream;

/**
 * Leases, runs with their members, what these said, and revocations, under their tenant's key: by
 * their MACs. Those that have ended too, so that they can still be told from forged ones.
 */
public final class KeyedLeases {

  private KeyedLeases() {}

  /** Every table of this package whose rows depend on the tenants' keys. */
  public static List<KeyedRows> all(CryptoPool pool) {
    return Stream.of(
            LeaseStore.TABLE,
            RunStore.TABLE,
            MemberStore.TABLE,
            AckStore.TABLE,
            RevocationStore.TABLE,
            EnvironmentStore.TABLE)
        .<KeyedRows>map(table -> new MacedRows(table, pool))
        .toList();
  }
}
