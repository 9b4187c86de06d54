package io.hushbus.secret;

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

/** Heads of secrets under their tenant's key: by their MACs. */
final class KeyedHeads implements KeyedRows {

  /** Whoever grants a lease passes a locked head by, so few are locked at a time. */
  private static final int MOST = 100;

  private static final int WINDOW = 5_000;
  private static final UUID FIRST = new UUID(0, 0);

  private static final String BEHIND =
      """
      SELECT count(*) AS count FROM (
        SELECT FROM secret WHERE tenant_id = $1 AND mac_generation <> $2 LIMIT $3) found
      """;

  private static final String WINDOW_END =
      """
      SELECT secret_id FROM secret WHERE tenant_id = $1 AND secret_id > $2
      ORDER BY secret_id OFFSET $3 LIMIT 1
      """;

  private static final String NEXT =
      "SELECT p.name AS project_name, d.name AS domain_name, "
          + SecretRows.COLUMNS
          + """

          FROM secret s
          LEFT JOIN project p ON p.tenant_id = s.tenant_id AND p.project_id = s.project_id
          LEFT JOIN domain d ON d.tenant_id = s.tenant_id AND d.domain_id = s.domain_id
          WHERE s.tenant_id = $1 AND s.mac_generation <> $2 AND s.secret_id > $3
            AND ($4::uuid IS NULL OR s.secret_id <= $4)
          ORDER BY s.secret_id LIMIT $5
          """;

  private static final String MOVE =
      """
      UPDATE secret s SET mac_generation = $2, row_mac = moved.after
      FROM unnest($3::uuid[], $4::bytea[], $5::bytea[]) AS moved (secret_id, before, after)
      WHERE s.tenant_id = $1 AND s.secret_id = moved.secret_id AND s.row_mac = moved.before
      """;

  private record Moved(UUID id, RowMac before, RowMac after) {}

  private final CryptoPool pool;

  KeyedHeads(CryptoPool pool) {
    this.pool = pool;
  }

  @Override
  public String table() {
    return "secret";
  }

  @Override
  public Future<Long> behind(SystemTx tx, TenantId tenant, int primary, int most) {
    return tx.one(BEHIND, row -> row.getLong("count"), tenant, primary, most)
        .map(Optional::orElseThrow);
  }

  @Override
  public Future<Batch> advance(SystemTx tx, Keyring ring, String after, int limit) {
    UUID start = after.isEmpty() ? FIRST : UUID.fromString(after);
    int most = Math.min(limit, MOST);
    return tx.one(
            WINDOW_END, row -> row.getUUID("secret_id"), ring.tenant(), start, (long) WINDOW - 1)
        .compose(end -> batch(tx, ring, start, end, most));
  }

  private Future<Batch> batch(SystemTx tx, Keyring ring, UUID start, Optional<UUID> end, int most) {
    return tx.list(
            NEXT,
            row -> SecretRows.stored(row, SecretRows.scopeOfNames(row)),
            ring.tenant(),
            ring.primary(),
            start,
            end.orElse(null),
            most)
        .compose(
            found ->
                pool.heavy(() -> moved(ring, found))
                    .compose(moved -> write(tx, ring, moved))
                    .map(moved -> Batch.of(last(found, end, most), found.size(), moved)));
  }

  private static Optional<String> last(List<Stored<Secret>> found, Optional<UUID> end, int most) {
    return found.size() == most
        ? Optional.of(found.getLast().value().id().toString())
        : end.map(UUID::toString);
  }

  private static List<Moved> moved(Keyring ring, List<Stored<Secret>> found) {
    return found.stream().flatMap(row -> moved(ring, row).stream()).toList();
  }

  private static Optional<Moved> moved(Keyring ring, Stored<Secret> row) {
    var canonical = row.value().canonical(ring.tenant());
    return ring.knows(row.mac().generation()) && ring.verifies(canonical, row.mac())
        ? Optional.of(new Moved(row.value().id().value(), row.mac(), ring.mac(canonical)))
        : Optional.empty();
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
