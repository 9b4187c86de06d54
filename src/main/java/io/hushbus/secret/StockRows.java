package io.hushbus.secret;

import io.hushbus.crypto.Canonical;
import io.hushbus.db.Statements;
import io.hushbus.db.Tx;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.InventoryRows;
import io.hushbus.tenant.Stock;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Heads, shares and adoptions as they count in a tenant's inventory: by everything that decides
 * which of them are found, and what they give.
 */
final class StockRows implements InventoryRows {

  private static final String HEADS =
      "SELECT p.name AS project_name, d.name AS domain_name, "
          + SecretRows.COLUMNS
          + """

          FROM secret s
          LEFT JOIN project p ON p.tenant_id = s.tenant_id AND p.project_id = s.project_id
          LEFT JOIN domain d ON d.tenant_id = s.tenant_id AND d.domain_id = s.domain_id
          WHERE s.tenant_id = $1 AND s.secret_id > $2
          ORDER BY s.secret_id LIMIT $3
          """;

  private static final String SHARES =
      """
      SELECT h.share_id, h.secret_id, h.community_id FROM secret_share h
      WHERE h.tenant_id = $1 AND h.share_id > $2
      ORDER BY h.share_id LIMIT $3
      """;

  private static final String ADOPTIONS =
      """
      SELECT a.adoption_id, a.share_id, a.secret_id, a.project_id, a.domain_id, a.name, a.folded_name
      FROM adoption a
      WHERE a.tenant_id = $1 AND a.adoption_id > $2
      ORDER BY a.adoption_id LIMIT $3
      """;

  private final String next;
  private final BiFunction<Row, TenantId, Entry> read;

  private StockRows(String next, BiFunction<Row, TenantId, Entry> read) {
    this.next = next;
    this.read = read;
  }

  /** Every table of this package that counts. */
  static List<InventoryRows> all() {
    return List.of(
        new StockRows(HEADS, StockRows::head),
        new StockRows(SHARES, StockRows::share),
        new StockRows(ADOPTIONS, StockRows::adoption));
  }

  @Override
  public Future<List<Entry>> after(Statements tx, TenantId tenant, UUID id, int limit) {
    return tx.list(next, row -> read.apply(row, tenant), tenant, id, limit);
  }

  private static Entry head(Row row, TenantId tenant) {
    Secret head = SecretRows.stored(row, SecretRows.scopeOfNames(row)).value();
    Canonical content = of(tenant, head, row.getString("folded_name"));
    return new Entry(head.id().value(), content, 1, head.metaSeq());
  }

  private static Entry share(Row row, TenantId tenant) {
    UUID id = row.getUUID("share_id");
    SecretId secret = new SecretId(row.getUUID("secret_id"));
    return new Entry(id, share(tenant, id, secret, row.getUUID("community_id")), 0, 0);
  }

  private static Entry adoption(Row row, TenantId tenant) {
    AdoptionStore.Ended adoption = AdoptionStore.ended(row);
    return new Entry(adoption.id(), of(tenant, adoption), 0, 0);
  }

  /** A head as it is found: also by the folded name of the row. */
  private static Canonical of(TenantId tenant, Secret head, String folded) {
    return Canonical.of("stock-secret/1").bytes(head.canonical(tenant).encode()).text(folded);
  }

  static Canonical of(TenantId tenant, Secret head) {
    return of(tenant, head, head.name().folded());
  }

  static Canonical of(TenantId tenant, Share share) {
    return share(tenant, share.id(), share.secret(), share.community().id());
  }

  static Canonical of(TenantId tenant, ShareStore.Ended share) {
    return share(tenant, share.id(), share.secret(), share.community());
  }

  private static Canonical share(TenantId tenant, UUID id, SecretId secret, UUID community) {
    return Canonical.of("stock-share/1").id(tenant.value()).id(id).id(secret.value()).id(community);
  }

  static Canonical of(TenantId tenant, Adoption adoption) {
    return adoption(
        tenant,
        adoption.id(),
        adoption.share(),
        adoption.secret(),
        Places.project(adoption.scope()),
        adoption.scope().inDomain().map(Scope.Place::id).orElse(null),
        adoption.name().text(),
        adoption.name().folded());
  }

  static Canonical of(TenantId tenant, AdoptionStore.Ended adoption) {
    return adoption(
        tenant,
        adoption.id(),
        adoption.share(),
        adoption.secret(),
        adoption.project(),
        adoption.domain().orElse(null),
        adoption.name(),
        adoption.folded());
  }

  private static Canonical adoption(
      TenantId tenant,
      UUID id,
      UUID share,
      SecretId secret,
      UUID project,
      @Nullable UUID domain,
      String name,
      String folded) {
    return Canonical.of("stock-adoption/1")
        .id(tenant.value())
        .id(id)
        .id(share)
        .id(secret.value())
        .id(project)
        .id(domain)
        .text(name)
        .text(folded);
  }

  /** Removes what hangs on a secret that is removed for good. */
  static Future<Void> purge(Tx tx, SecretId secret, Stock stock) {
    return new AdoptionStore()
        .endOfSecret(tx, secret)
        .map(
            ended -> {
              ended.forEach(one -> stock.went(of(tx.tenant(), one)));
              return null;
            })
        .compose(done -> new ShareStore().endOfSecret(tx, secret))
        .map(
            ended -> {
              ended.forEach(one -> stock.went(of(tx.tenant(), one)));
              return null;
            });
  }
}
