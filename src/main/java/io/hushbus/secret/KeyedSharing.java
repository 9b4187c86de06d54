package io.hushbus.secret;

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
import java.util.function.BiFunction;
import java.util.function.Function;

/** Shares, or adoptions, under their tenant's key: by their MACs. */
final class KeyedSharing<T> implements KeyedRows {

  private static final UUID FIRST = new UUID(0, 0);

  private static final String SHARES_BEHIND =
      """
      SELECT count(*) AS count FROM (
        SELECT FROM secret_share WHERE tenant_id = $1 AND mac_generation <> $2 LIMIT $3) found
      """;

  private static final String NEXT_SHARES =
      """
      SELECT h.share_id AS a_share_id, h.secret_id, h.community_id AS h_community_id,
        h.created_by AS h_created_by, h.created_at AS h_created_at,
        h.mac_generation AS h_mac_generation, h.row_mac AS h_row_mac
      FROM secret_share h
      WHERE h.tenant_id = $1 AND h.mac_generation <> $2 AND h.share_id > $3
      ORDER BY h.share_id LIMIT $4
      """;

  private static final String MOVE_SHARES =
      """
      UPDATE secret_share h SET mac_generation = $2, row_mac = moved.after
      FROM unnest($3::uuid[], $4::bytea[], $5::bytea[]) AS moved (id, before, after)
      WHERE h.tenant_id = $1 AND h.share_id = moved.id AND h.row_mac = moved.before
      """;

  private static final String ADOPTIONS_BEHIND =
      """
      SELECT count(*) AS count FROM (
        SELECT FROM adoption WHERE tenant_id = $1 AND mac_generation <> $2 LIMIT $3) found
      """;

  /** MACs cover places by their ids: any name will do. */
  private static final String NEXT_ADOPTIONS =
      """
      SELECT a.adoption_id, a.share_id AS a_share_id, a.secret_id, a.project_id AS a_project_id,
        a.domain_id AS a_domain_id, a.name AS a_name, a.folded_name AS a_folded_name,
        a.created_by AS a_created_by, a.created_at AS a_created_at,
        a.mac_generation AS a_mac_generation, a.row_mac AS a_row_mac,
        'nameless' AS a_project_name, 'nameless' AS domain_name
      FROM adoption a
      WHERE a.tenant_id = $1 AND a.mac_generation <> $2 AND a.adoption_id > $3
      ORDER BY a.adoption_id LIMIT $4
      """;

  private static final String MOVE_ADOPTIONS =
      """
      UPDATE adoption a SET mac_generation = $2, row_mac = moved.after
      FROM unnest($3::uuid[], $4::bytea[], $5::bytea[]) AS moved (id, before, after)
      WHERE a.tenant_id = $1 AND a.adoption_id = moved.id AND a.row_mac = moved.before
      """;

  private record Texts(String behind, String next, String move) {}

  private record Moved(UUID id, RowMac before, RowMac after) {}

  private final String table;
  private final Texts texts;
  private final Function<Row, Stored<T>> read;
  private final Function<T, UUID> id;
  private final BiFunction<T, TenantId, Canonical> canonical;
  private final CryptoPool pool;

  private KeyedSharing(
      String table,
      Texts texts,
      Function<Row, Stored<T>> read,
      Function<T, UUID> id,
      BiFunction<T, TenantId, Canonical> canonical,
      CryptoPool pool) {
    this.table = table;
    this.texts = texts;
    this.read = read;
    this.id = id;
    this.canonical = canonical;
    this.pool = pool;
  }

  static KeyedRows shares(CryptoPool pool) {
    return new KeyedSharing<>(
        "secret_share",
        new Texts(SHARES_BEHIND, NEXT_SHARES, MOVE_SHARES),
        AdoptionRows::share,
        Share::id,
        Share::canonical,
        pool);
  }

  static KeyedRows adoptions(CryptoPool pool) {
    return new KeyedSharing<>(
        "adoption",
        new Texts(ADOPTIONS_BEHIND, NEXT_ADOPTIONS, MOVE_ADOPTIONS),
        AdoptionRows::adoption,
        Adoption::id,
        Adoption::canonical,
        pool);
  }

  @Override
  public String table() {
    return table;
  }

  @Override
  public Future<Long> behind(SystemTx tx, TenantId tenant, int primary, int most) {
    return tx.one(texts.behind(), row -> row.getLong("count"), tenant, primary, most)
        .map(Optional::orElseThrow);
  }

  @Override
  public Future<Batch> advance(SystemTx tx, Keyring ring, String after, int limit) {
    UUID start = after.isEmpty() ? FIRST : UUID.fromString(after);
    return tx.list(texts.next(), read, ring.tenant(), ring.primary(), start, limit)
        .compose(
            found ->
                pool.heavy(() -> moved(ring, found))
                    .compose(moved -> write(tx, ring, moved))
                    .map(moved -> Batch.of(last(found, limit), found.size(), moved)));
  }

  private Optional<String> last(List<Stored<T>> found, int limit) {
    return found.size() == limit
        ? Optional.of(id.apply(found.getLast().value()).toString())
        : Optional.empty();
  }

  private List<Moved> moved(Keyring ring, List<Stored<T>> found) {
    return found.stream().flatMap(row -> moved(ring, row).stream()).toList();
  }

  private Optional<Moved> moved(Keyring ring, Stored<T> row) {
    Canonical content = canonical.apply(row.value(), ring.tenant());
    return ring.knows(row.mac().generation()) && ring.verifies(content, row.mac())
        ? Optional.of(new Moved(id.apply(row.value()), row.mac(), ring.mac(content)))
        : Optional.empty();
  }

  private Future<Integer> write(SystemTx tx, Keyring ring, List<Moved> moved) {
    return moved.isEmpty()
        ? Future.succeededFuture(0)
        : tx.update(
                texts.move(),
                ring.tenant(),
                ring.primary(),
                moved.stream().map(Moved::id).toArray(UUID[]::new),
                moved.stream().map(one -> one.before().tag()).toArray(byte[][]::new),
                moved.stream().map(one -> one.after().tag()).toArray(byte[][]::new))
            .map(moved.size());
  }
}
