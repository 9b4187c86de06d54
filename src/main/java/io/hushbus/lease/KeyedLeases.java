package io.hushbus.lease;

import io.hushbus.crypto.CryptoPool;
import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.db.SystemTx;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.KeyedRows;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Leases under their tenant's key: by their MACs. Those that have ended too, so that they can still
 * be told from forged ones.
 */
public final class KeyedLeases implements KeyedRows {

  private static final int WINDOW = 10_000;
  private static final UUID FIRST = new UUID(0, 0);

  private record Moved(UUID id, RowMac before, RowMac after) {}

  private final CryptoPool pool;

  public KeyedLeases(CryptoPool pool) {
    this.pool = pool;
  }

  @Override
  public String table() {
    return "lease";
  }

  @Override
  public Future<Long> behind(SystemTx tx, TenantId tenant, int primary, int most) {
    return LeaseStore.behind(tx, tenant, primary, most);
  }

  @Override
  public Future<Batch> advance(SystemTx tx, Keyring ring, String after, int limit) {
    UUID start = after.isEmpty() ? FIRST : UUID.fromString(after);
    return LeaseStore.windowEnd(tx, ring.tenant(), start, WINDOW)
        .compose(end -> batch(tx, ring, start, end, limit));
  }

  private Future<Batch> batch(SystemTx tx, Keyring ring, UUID start, Optional<UUID> end, int most) {
    return LeaseStore.behind(tx, ring.tenant(), ring.primary(), start, end, most)
        .compose(
            found ->
                pool.heavy(() -> moved(ring, found))
                    .compose(moved -> write(tx, ring, moved))
                    .map(moved -> Batch.of(last(found, end, most), found.size(), moved)));
  }

  private static Optional<String> last(
      List<LeaseStore.Stored> found, Optional<UUID> end, int most) {
    return found.size() == most
        ? Optional.of(found.getLast().lease().id().toString())
        : end.map(UUID::toString);
  }

  private static List<Moved> moved(Keyring ring, List<LeaseStore.Stored> found) {
    return found.stream().flatMap(row -> moved(ring, row).stream()).toList();
  }

  private static Optional<Moved> moved(Keyring ring, LeaseStore.Stored row) {
    var canonical = row.lease().canonical(ring.tenant());
    return ring.knows(row.mac().generation()) && ring.verifies(canonical, row.mac())
        ? Optional.of(new Moved(row.lease().id().value(), row.mac(), ring.mac(canonical)))
        : Optional.empty();
  }

  private static Future<Integer> write(SystemTx tx, Keyring ring, List<Moved> moved) {
    return moved.isEmpty()
        ? Future.succeededFuture(0)
        : LeaseStore.moveUnder(
                tx,
                ring.tenant(),
                ring.primary(),
                moved.stream().map(Moved::id).toArray(UUID[]::new),
                moved.stream().map(one -> one.before().tag()).toArray(byte[][]::new),
                moved.stream().map(one -> one.after().tag()).toArray(byte[][]::new))
            .map(moved.size());
  }
}
