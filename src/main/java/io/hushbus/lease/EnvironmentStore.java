package io.hushbus.lease;

import io.hushbus.crypto.RowMac;
import io.hushbus.db.BatchTx;
import io.hushbus.db.Tx;
import io.hushbus.db.UniqueViolation;
import io.hushbus.model.Failure;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Scope;
import io.hushbus.model.TenantId;
import io.hushbus.secret.Secret;
import io.hushbus.tenant.MacedRow;
import io.hushbus.tenant.MacedTable;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The table {@code environment}, and by which names of secrets its rows are found. */
final class EnvironmentStore {

  private static final UUID ANY = new UUID(0, 0);

  private static final String COLUMNS =
      """
      e.environment_id, e.project_id, e.domain_id, e.name, e.folded_name, e.description, e.needs,
      e.revision, e.created_by, e.created_at, e.updated_by, e.updated_at, e.mac_generation, e.row_mac\
      """;

  private static final String SELECT =
      "SELECT clock_timestamp() AS now, " + COLUMNS + " FROM environment e ";

  private static final String AT =
      SELECT
          + """
          WHERE e.tenant_id = $1 AND e.scope_project = $2 AND e.scope_domain = $3 AND e.folded_name = $4
          """;

  private static final String LOCKED = AT + " FOR UPDATE";

  /** For each that is asked for the narrowest of that name that a task there sees. */
  private static final String NARROWEST =
      "SELECT asked.ordinal, clock_timestamp() AS now, e.* "
          + """
          FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[])
            WITH ORDINALITY AS asked (tenant_id, project, domain, name, ordinal)
          CROSS JOIN LATERAL (
            SELECT
          """
          + COLUMNS
          + """

            FROM environment e
            WHERE e.tenant_id = asked.tenant_id AND e.folded_name = asked.name
              AND e.scope_project IN (asked.project, '00000000-0000-0000-0000-000000000000')
              AND e.scope_domain IN (asked.domain, '00000000-0000-0000-0000-000000000000')
            ORDER BY e.project_id IS NULL, e.domain_id IS NULL LIMIT 1) e
          """;

  private static final String LIST =
      SELECT
          + """
          WHERE e.tenant_id = $1 AND e.scope_project = $2 AND e.scope_domain = $3 AND e.folded_name > $4
          ORDER BY e.folded_name LIMIT $5
          """;

  /** Each name once, as the narrowest scope has it. */
  private static final String LIST_CASCADE =
      "SELECT DISTINCT ON (e.folded_name) clock_timestamp() AS now, "
          + COLUMNS
          + """

          FROM environment e
          WHERE e.tenant_id = $1
            AND e.scope_project IN ($2, '00000000-0000-0000-0000-000000000000')
            AND e.scope_domain IN ($3, '00000000-0000-0000-0000-000000000000')
            AND e.folded_name > $4
          ORDER BY e.folded_name, e.project_id IS NULL, e.domain_id IS NULL LIMIT $5
          """;

  private static final String INSERT =
      """
      INSERT INTO environment (tenant_id, environment_id, project_id, domain_id, name, folded_name,
                               description, needs, revision, created_by, created_at, updated_by,
                               updated_at, mac_generation, row_mac)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
      """;

  private static final String UPDATE =
      """
      UPDATE environment
      SET description = $3, needs = $4, revision = $5, updated_by = $6, updated_at = $7,
          mac_generation = $8, row_mac = $9
      WHERE tenant_id = $1 AND environment_id = $2
      """;

  private static final String DELETE =
      "DELETE FROM environment WHERE tenant_id = $1 AND environment_id = $2";

  private static final String FORGET_NEEDS =
      "DELETE FROM environment_need WHERE tenant_id = $1 AND environment_id = $2";

  private static final String INSERT_NEEDS =
      """
      INSERT INTO environment_need (tenant_id, folded_name, environment_id)
      SELECT $1, name, $2 FROM unnest($3::text[]) AS name
      """;

  private static final String ROOM =
      """
      SELECT clock_timestamp() AS now,
        (SELECT count(*) FROM (SELECT FROM environment WHERE tenant_id = $1 LIMIT $2) counted) AS count
      """;

  /**
   * The environments that need a secret: those that name it, where the scope in which both are
   * seen, the narrower of the two, resolves the name to it and not to a narrower one.
   */
  private static final String NEEDING =
      "SELECT clock_timestamp() AS now, p.name AS project_name, d.name AS domain_name, "
          + COLUMNS
          + """

          FROM environment_need n
          JOIN environment e ON e.tenant_id = n.tenant_id AND e.environment_id = n.environment_id
          LEFT JOIN project p ON p.tenant_id = e.tenant_id AND p.project_id = e.project_id
          LEFT JOIN domain d ON d.tenant_id = e.tenant_id AND d.domain_id = e.domain_id
          WHERE n.tenant_id = $1 AND n.folded_name = $2
            AND (e.scope_project = $3 OR e.project_id IS NULL
              OR $3 = '00000000-0000-0000-0000-000000000000'::uuid)
            AND (e.scope_domain = $4 OR e.domain_id IS NULL
              OR $4 = '00000000-0000-0000-0000-000000000000'::uuid)
            AND NOT EXISTS (
              SELECT FROM secret c
              WHERE c.tenant_id = n.tenant_id AND c.folded_name = n.folded_name
                AND c.deleted_at IS NULL AND c.secret_id <> $5
                AND c.scope_project IN (greatest(e.scope_project, $3), '00000000-0000-0000-0000-000000000000')
                AND c.scope_domain IN (greatest(e.scope_domain, $4), '00000000-0000-0000-0000-000000000000')
                AND (c.project_id IS NULL)::int * 2 + (c.domain_id IS NULL)::int
                  < ($3 = '00000000-0000-0000-0000-000000000000'::uuid)::int * 2
                    + ($4 = '00000000-0000-0000-0000-000000000000'::uuid)::int)
          ORDER BY e.environment_id LIMIT $6
          """;

  private static final String BEHIND =
      "SELECT "
          + COLUMNS
          + """

          FROM environment e
          WHERE e.tenant_id = $1 AND e.mac_generation <> $2
          """;

  static final MacedTable TABLE =
      MacedTable.of(
          "environment",
          "e",
          "environment_id",
          BEHIND,
          (row, tenant) -> {
            Environment found = environment(row, scopeOfIds(row));
            return MacedRow.of(found.canonical(tenant), MacedRow.mac(row, ""));
          });

  /** A row as it is, to be checked, and the database's time. */
  record Stored(Environment environment, RowMac mac, Instant now) {}

  Future<Optional<Stored>> find(Tx tx, Scope scope, ObjectName name) {
    return find(AT, tx, scope, name);
  }

  Future<Optional<Stored>> lock(Tx tx, Scope scope, ObjectName name) {
    return find(LOCKED, tx, scope, name);
  }

  /** A name, as a task in a scope means it. */
  record Sought(TenantId tenant, Scope from, ObjectName name) {}

  /** What each name stands for, by its place among them. */
  Future<Map<Integer, Stored>> narrowest(BatchTx tx, List<Sought> names) {
    return tx.query(
            NARROWEST,
            names.stream().map(one -> one.tenant().value()).toArray(UUID[]::new),
            names.stream().map(one -> project(one.from())).toArray(UUID[]::new),
            names.stream().map(one -> domain(one.from())).toArray(UUID[]::new),
            names.stream().map(one -> one.name().folded()).toArray(String[]::new))
        .map(
            rows -> {
              Map<Integer, Stored> found = new HashMap<>();
              for (Row row : rows) {
                int place = row.getLong("ordinal").intValue() - 1;
                found.put(place, stored(row, scope(row, names.get(place).from())));
              }
              return found;
            });
  }

  private static Future<Optional<Stored>> find(String how, Tx tx, Scope scope, ObjectName name) {
    return tx.one(
        how,
        row -> stored(row, scope(row, scope)),
        tx.tenant(),
        project(scope),
        domain(scope),
        name.folded());
  }

  Future<List<Stored>> list(Tx tx, Scope scope, boolean inherited, String after, int limit) {
    return tx.list(
        inherited ? LIST_CASCADE : LIST,
        row -> stored(row, scope(row, scope)),
        tx.tenant(),
        project(scope),
        domain(scope),
        after,
        limit);
  }

  Future<List<Stored>> needing(Tx tx, Secret head, int limit) {
    return tx.list(
        NEEDING,
        row -> stored(row, scopeOfNames(row)),
        tx.tenant(),
        head.name().folded(),
        project(head.scope()),
        domain(head.scope()),
        head.id(),
        limit);
  }

  /** The database's time, if the tenant has fewer than {@code most}; else a conflict. */
  Future<Instant> now(Tx tx, int most) {
    return tx.one(ROOM, row -> room(row, most), tx.tenant(), most).map(Optional::orElseThrow);
  }

  private static Instant room(Row row, int most) {
    if (row.getLong("count") >= most) {
      throw Failure.conflict(Failure.Reason.LIMIT);
    }
    return time(row, "now");
  }

  /** Fails with a conflict if somebody else was faster. */
  Future<Void> insert(Tx tx, Environment made, RowMac mac) {
    return tx.update(
            INSERT,
            tx.tenant(),
            made.id(),
            made.scope().inProject().map(Scope.Place::id).orElse(null),
            made.scope().inDomain().map(Scope.Place::id).orElse(null),
            made.name().text(),
            made.name().folded(),
            made.description(),
            NeedFields.write(made.needs()),
            made.revision(),
            made.createdBy(),
            made.createdAt(),
            made.updatedBy(),
            made.updatedAt(),
            mac.generation(),
            mac.tag())
        .recover(EnvironmentStore::raced)
        .compose(inserted -> insertNeeds(tx, made));
  }

  Future<Void> update(Tx tx, Environment next, RowMac mac) {
    return tx.update(
            UPDATE,
            tx.tenant(),
            next.id(),
            next.description(),
            NeedFields.write(next.needs()),
            next.revision(),
            next.updatedBy(),
            next.updatedAt(),
            mac.generation(),
            mac.tag())
        .compose(updated -> tx.update(FORGET_NEEDS, tx.tenant(), next.id()))
        .compose(forgotten -> insertNeeds(tx, next));
  }

  Future<Void> delete(Tx tx, UUID id) {
    return tx.update(DELETE, tx.tenant(), id).mapEmpty();
  }

  private static Future<Void> insertNeeds(Tx tx, Environment of) {
    String[] names =
        of.needs().stream().map(need -> need.secret().folded()).distinct().toArray(String[]::new);
    return tx.update(INSERT_NEEDS, tx.tenant(), of.id(), names).mapEmpty();
  }

  private static Future<Integer> raced(Throwable cause) {
    return Future.failedFuture(
        cause instanceof UniqueViolation
            ? Failure.conflict(Failure.Reason.CONCURRENT_CHANGE)
            : cause);
  }

  private static Stored stored(Row row, Scope scope) {
    Environment found = environment(row, scope);
    RowMac mac = MacedRow.mac(row, "");
    // Rows are found by the folded name, and the MAC covers the name.
    boolean named = found.name().folded().equals(row.getString("folded_name"));
    return new Stored(
        found, named ? mac : new RowMac(mac.generation(), new byte[0]), time(row, "now"));
  }

  private static Environment environment(Row row, Scope scope) {
    return new Environment(
        row.getUUID("environment_id"),
        scope,
        new ObjectName(row.getString("name")),
        row.getString("description"),
        needs(row),
        row.getLong("revision"),
        row.getString("created_by"),
        time(row, "created_at"),
        row.getString("updated_by"),
        time(row, "updated_at"));
  }

  /** What breaks the rules was not written by the broker. */
  private static List<Need> needs(Row row) {
    try {
      return NeedFields.read("", row.getJsonArray("needs"));
    } catch (Failure.Invalid | ClassCastException forged) {
      throw Failure.integrity("environment");
    }
  }

  private static Instant time(Row row, String column) {
    return row.getOffsetDateTime(column).toInstant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** Names of projects and domains come from the scope that was asked for, not from the row. */
  private static Scope scope(Row row, Scope asked) {
    return Scope.of(
        row.getUUID("project_id") == null ? Optional.empty() : asked.inProject(),
        row.getUUID("domain_id") == null ? Optional.empty() : asked.inDomain());
  }

  private static Scope scopeOfNames(Row row) {
    return Scope.of(
        place(row, "project_id", row.getString("project_name")),
        place(row, "domain_id", row.getString("domain_name")));
  }

  /** MACs cover places by their ids: any name will do. */
  private static Scope scopeOfIds(Row row) {
    return Scope.of(place(row, "project_id", "nameless"), place(row, "domain_id", "nameless"));
  }

  private static Optional<Scope.Place> place(Row row, String id, String name) {
    return Optional.ofNullable(row.getUUID(id))
        .map(found -> new Scope.Place(found, new ObjectName(name)));
  }

  private static UUID project(Scope scope) {
    return scope.inProject().map(Scope.Place::id).orElse(ANY);
  }

  private static UUID domain(Scope scope) {
    return scope.inDomain().map(Scope.Place::id).orElse(ANY);
  }
}
