package io.hushbus.tenant;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.Keyring;
import io.hushbus.db.Tx;
import io.hushbus.model.Failure;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Reveal;
import io.hushbus.model.Scope;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Rows of table project. */
final class ProjectStore {

  // The operators' tenant holds no projects: the condition finds no row to insert then.
  private static final String NEW_PROJECT =
      """
      INSERT INTO project (tenant_id, project_id, name, folded_name, description, reveal,
                           mac_generation, row_mac)
      SELECT tenant_id, $2::uuid, $3::text, $4::text, $5::text, $6::text, $7::int, $8::bytea
      FROM tenant WHERE tenant_id = $1 AND NOT operating
      RETURNING project_id
      """;

  private static final String ROW = "SELECT " + ProjectRow.columns("p", "");

  private static final String PROJECT_NAMED =
      ROW
          + """

          FROM project p WHERE p.tenant_id = $1 AND p.folded_name = $2
          """;

  private static final String PROJECT_ROW =
      ROW
          + """

          FROM project p WHERE p.tenant_id = $1 AND p.project_id = $2
          """;

  private static final String PROJECT_HELD = PROJECT_ROW + " FOR UPDATE";

  private static final String PROJECT =
      ROW
          + """
          , p.description, p.created_at, c.name AS community_name
          FROM project p
          LEFT JOIN community c ON c.tenant_id = p.tenant_id AND c.community_id = p.community_id
          WHERE p.tenant_id = $1 AND p.project_id = $2
          """;

  private static final String PROJECTS_AFTER =
      ROW
          + """
          , p.description, p.created_at, c.name AS community_name
          FROM project p
          LEFT JOIN community c ON c.tenant_id = p.tenant_id AND c.community_id = p.community_id
          WHERE p.tenant_id = $1 AND p.folded_name > $2
            AND ($3::uuid[] IS NULL OR p.project_id = ANY ($3))
          ORDER BY p.folded_name LIMIT $4
          """;

  private static final String DESCRIBE =
      """
      UPDATE project SET description = $3 WHERE tenant_id = $1 AND project_id = $2
      """;

  private static final String PLACE =
      """
      UPDATE project SET community_id = $3, reveal = $4, mac_generation = $5, row_mac = $6
      WHERE tenant_id = $1 AND project_id = $2
      """;

  /** For rotations of the tenant's key. */
  static final MacedTable MACED =
      MacedTable.of(
          "project",
          "p",
          "project_id",
          ROW
              + """

              FROM project p WHERE p.tenant_id = $1 AND p.mac_generation <> $2
              """,
          (row, tenant) -> {
            ProjectRow project = ProjectRow.read(row, "");
            return MacedRow.of(project.canonical(tenant), project.mac());
          });

  /** In which communities projects are, as that counts in the tenant's inventory. */
  private static final String MEMBERS_AFTER =
      """
      SELECT project_id, community_id FROM project
      WHERE tenant_id = $1 AND project_id > $2 AND community_id IS NOT NULL
      ORDER BY project_id LIMIT $3
      """;

  static final InventoryRows MEMBERS =
      (tx, tenant, after, limit) ->
          tx.list(MEMBERS_AFTER, row -> member(row, tenant), tenant, after, limit);

  private ProjectStore() {}

  static Future<Project> insert(
      Tx tx, Keyring keyring, UUID id, ObjectName name, String description) {
    ProjectRow row = ProjectRow.of(id, name).under(keyring);
    Future<Optional<UUID>> made =
        tx.one(
            NEW_PROJECT,
            found -> found.getUUID("project_id"),
            tx.tenant(),
            id,
            row.name(),
            row.folded(),
            description,
            row.reveal(),
            row.mac().generation(),
            row.mac().tag());
    return Stores.unique(
            made, "project_name_taken", () -> Failure.conflict(Failure.Reason.NAME_TAKEN))
        .map(project -> project.orElseThrow(() -> Failure.conflict(Failure.Reason.STATE)))
        .compose(project -> find(tx, keyring, project))
        .map(Optional::orElseThrow);
  }

  static Future<Optional<Scope.Place>> named(Tx tx, Keyring keyring, String folded) {
    return tx.one(PROJECT_NAMED, row -> checked(row, keyring), tx.tenant(), folded)
        .map(found -> found.map(row -> new Scope.Place(row.id(), new ObjectName(row.name()))));
  }

  static Future<Optional<Project>> find(Tx tx, Keyring keyring, UUID id) {
    return tx.one(PROJECT, row -> project(row, keyring), tx.tenant(), id);
  }

  static Future<Page<Project>> after(
      Tx tx, Keyring keyring, String folded, Optional<Set<UUID>> only, int limit) {
    UUID[] among = only.map(some -> some.toArray(UUID[]::new)).orElse(null);
    return tx.list(
            PROJECTS_AFTER, row -> project(row, keyring), tx.tenant(), folded, among, limit + 1)
        .map(rows -> Page.of(rows, limit));
  }

  /** No such project allows nobody. */
  static Future<Reveal> reveal(Tx tx, Keyring keyring, UUID id) {
    return tx.one(PROJECT_ROW, row -> checked(row, keyring), tx.tenant(), id)
        .map(found -> found.flatMap(row -> Reveal.of(row.reveal())).orElse(Reveal.OFF));
  }

  static Future<Void> describe(Tx tx, UUID id, String description) {
    return tx.update(DESCRIBE, tx.tenant(), id, description).mapEmpty();
  }

  static Future<Void> reveal(Tx tx, Keyring keyring, UUID id, Reveal reveal) {
    return held(tx, keyring, id)
        .compose(
            found ->
                found
                    .map(row -> write(tx, row.with(row.community(), reveal.word()).under(keyring)))
                    .orElseGet(Future::succeededFuture));
  }

  /**
   * Puts the project into that community, or into none; false if it is there already.
   *
   * @param stock is told where it was and is
   */
  static Future<Boolean> move(
      Tx tx, Keyring keyring, UUID id, Optional<UUID> community, Stock stock) {
    return held(tx, keyring, id)
        .compose(
            found ->
                found.isEmpty() || found.get().community().equals(community)
                    ? Future.succeededFuture(false)
                    : moved(tx, keyring, found.get(), community, stock).map(true));
  }

  private static Future<Void> moved(
      Tx tx, Keyring keyring, ProjectRow before, Optional<UUID> community, Stock stock) {
    UUID id = before.id();
    return write(tx, before.with(community, before.reveal()).under(keyring))
        .onSuccess(
            written -> {
              before.community().ifPresent(from -> stock.went(member(tx.tenant(), id, from)));
              community.ifPresent(to -> stock.came(member(tx.tenant(), id, to)));
            });
  }

  /** Locks the row to the end of the transaction: what is read of it from now on stays so. */
  static Future<Void> hold(Tx tx, Keyring keyring, UUID id) {
    return held(tx, keyring, id).mapEmpty();
  }

  /** The row, locked to the end of the transaction. */
  private static Future<Optional<ProjectRow>> held(Tx tx, Keyring keyring, UUID id) {
    return tx.one(PROJECT_HELD, row -> checked(row, keyring), tx.tenant(), id);
  }

  private static Future<Void> write(Tx tx, ProjectRow row) {
    return tx.update(
            PLACE,
            tx.tenant(),
            row.id(),
            row.community().orElse(null),
            row.reveal(),
            row.mac().generation(),
            row.mac().tag())
        .mapEmpty();
  }

  private static Project project(Row row, Keyring keyring) {
    checked(row, keyring);
    return Project.read(row);
  }

  /** What the row says; one that another hand wrote or edited is an integrity failure. */
  private static ProjectRow checked(Row row, Keyring keyring) {
    ProjectRow project = ProjectRow.read(row, "");
    if (!project.genuine(keyring)) {
      throw Failure.integrity("project");
    }
    return project;
  }

  private static InventoryRows.Entry member(Row row, TenantId tenant) {
    UUID id = row.getUUID("project_id");
    return new InventoryRows.Entry(id, member(tenant, id, row.getUUID("community_id")), 0, 0);
  }

  private static Canonical member(TenantId tenant, UUID project, UUID community) {
    return Canonical.of("stock-member/1").id(tenant.value()).id(project).id(community);
  }
}
