package io.hushbus.rotation;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.CryptoPool;
import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.db.SystemTx;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.KeyedRows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Rotations under their tenant's key: by their MACs, of those that are over too. */
final class KeyedRotations implements KeyedRows {

  private static final UUID FIRST = new UUID(0, 0);

  private static final String BEHIND =
      """
      SELECT count(*) AS count FROM (
        SELECT FROM rotation WHERE tenant_id = $1 AND mac_generation <> $2 LIMIT $3) found
      """;

  private static final String NEXT =
      "SELECT "
          + RotationStore.COLUMNS
          + """

          FROM rotation r
          JOIN secret s ON s.tenant_id = r.tenant_id AND s.secret_id = r.secret_id
          LEFT JOIN project p ON p.tenant_id = r.tenant_id AND p.project_id = r.project_id
          LEFT JOIN domain d ON d.tenant_id = r.tenant_id AND d.domain_id = r.domain_id
          WHERE r.tenant_id = $1 AND r.mac_generation <> $2 AND r.rotation_id > $3
          ORDER BY r.rotation_id LIMIT $4
          """;

  private static final String MOVE =
      """
      UPDATE rotation r SET mac_generation = $2, row_mac = moved.after
      FROM unnest($3::uuid[], $4::bytea[], $5::bytea[]) AS moved (id, before, after)
      WHERE r.tenant_id = $1 AND r.rotation_id = moved.id AND r.row_mac = moved.before
      """;

  private record Behind(UUID id, Canonical content, RowMac mac) {}

  private record Moved(UUID id, RowMac before, RowMac after) {}

  private final CryptoPool pool;

  KeyedRotations(CryptoPool pool) {
    this.pool = pool;
  }

  @Override
  public String table() {
    return "rotation";
  }

  @Override
  public Future<Long> behind(SystemTx tx, TenantId tenant, int primary, int most) {
    return tx.one(BEHIND, row -> row.getLong("count"), tenant, primary, most)
        .map(Optional::orElseThrow);
  }

  @Override
  public Future<Batch> advance(SystemTx tx, Keyring ring, String after, int limit) {
    UUID start = after.isEmpty() ? FIRST : UUID.fromString(after);
    return tx.list(NEXT, row -> behind(row, ring), ring.tenant(), ring.primary(), start, limit)
        .compose(
            found ->
                pool.heavy(() -> moved(ring, found))
                    .compose(moved -> write(tx, ring, moved))
                    .map(moved -> Batch.of(last(found, limit), found.size(), moved)));
  }

  private static Behind behind(Row row, Keyring ring) {
    var keyed = RotationStore.keyed(row);
    return new Behind(
        keyed.rotation().id(), keyed.rotation().canonical(ring.tenant()), keyed.mac());
  }

  private static Optional<String> last(List<Behind> found, int limit) {
    return found.size() == limit ? Optional.of(found.getLast().id().toString()) : Optional.empty();
  }

  private static List<Moved> moved(Keyring ring, List<Behind> found) {
    return found.stream()
        .filter(row -> ring.knows(row.mac().generation()))
        .filter(row -> ring.verifies(row.content(), row.mac()))
        .map(row -> new Moved(row.id(), row.mac(), ring.mac(row.content())))
        .toList();
  }

  private static Future<Integer> write(SystemTx tx, Keyring ring, List<Moved> moved) {
    return moved.isEmpty()
        ? Future.succeededFuture(0)
        : tx.update(
                MOVE,
                ring.tenant(),
                ring.primary(),
                moved.stream().map(Moved::id).toArray(UUID[]::new),
                moved.stream().map(one -> one.before().tag()).toArray(byte[][]::new),
                moved.stream().map(one -> one.after().tag()).toArray(byte[][]::new))
            .map(moved.size());
  }
}
