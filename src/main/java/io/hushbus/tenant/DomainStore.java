package io.hushbus.tenant;

import io.hushbus.db.Statements;
import io.hushbus.db.Tx;
import io.hushbus.model.Failure;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Scope;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Rows of table domain. */
final class DomainStore {

  private static final String NEW_DOMAIN =
      """
      INSERT INTO domain (tenant_id, domain_id, name, folded_name)
      VALUES ($1, $2, $3, $4)
      RETURNING domain_id, name, created_at
      """;

  private static final String NEW_DOMAINS =
      """
      INSERT INTO domain (tenant_id, domain_id, name, folded_name)
      SELECT $1, d.id, d.name, lower(d.name) FROM unnest($2::uuid[], $3::text[]) AS d (id, name)
      """;

  private static final String DOMAINS_AFTER =
      """
      SELECT domain_id, name, created_at FROM domain
      WHERE tenant_id = $1 AND folded_name > $2 ORDER BY folded_name LIMIT $3
      """;

  private static final String DOMAIN =
      """
      SELECT domain_id, name, created_at FROM domain WHERE tenant_id = $1 AND domain_id = $2
      """;

  private static final String DOMAIN_NAMED =
      """
      SELECT domain_id, name FROM domain WHERE tenant_id = $1 AND folded_name = $2
      """;

  private DomainStore() {}

  static Future<Domain> insert(Tx tx, UUID id, ObjectName name) {
    Future<Optional<Domain>> made =
        tx.one(NEW_DOMAIN, Domain::read, tx.tenant(), id, name.text(), name.folded());
    return Stores.unique(
            made, "domain_name_taken", () -> Failure.conflict(Failure.Reason.NAME_TAKEN))
        .map(Optional::orElseThrow);
  }

  static Future<Void> insert(Statements tx, TenantId tenant, Uuids ids, List<ObjectName> names) {
    UUID[] fresh = names.stream().map(name -> ids.random()).toArray(UUID[]::new);
    String[] texts = names.stream().map(ObjectName::text).toArray(String[]::new);
    return tx.update(NEW_DOMAINS, tenant, fresh, texts).mapEmpty();
  }

  static Future<Optional<Domain>> find(Tx tx, UUID id) {
    return tx.one(DOMAIN, Domain::read, tx.tenant(), id);
  }

  static Future<Page<Domain>> after(Tx tx, String folded, int limit) {
    return tx.list(DOMAINS_AFTER, Domain::read, tx.tenant(), folded, limit + 1)
        .map(rows -> Page.of(rows, limit));
  }

  static Future<Optional<Scope.Place>> named(Tx tx, String folded) {
    return tx.one(
        DOMAIN_NAMED,
        row -> new Scope.Place(row.getUUID("domain_id"), new ObjectName(row.getString("name"))),
        tx.tenant(),
        folded);
  }
}
