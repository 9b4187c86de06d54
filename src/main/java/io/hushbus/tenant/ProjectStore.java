package io.hushbus.tenant;

import io.hushbus.crypto.Canonical;
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
      INSERT INTO project (tenant_id, project_id, name, folded_name, description)
      SELECT tenant_id, $2::uuid, $3::text, $4::text, $5::text
      FROM tenant WHERE tenant_id = $1 AND NOT operating
      RETURNING project_id
      """;

  private static final String PROJECT_NAMED =
      """
      SELECT project_id, name FROM project WHERE tenant_id = $1 AND folded_name = $2
      """;

  private static final String PROJECT =
      """
      SELECT p.project_id, p.name, p.description, p.reveal, p.created_at, p.community_id,
        c.name AS community_name
      FROM project p
      LEFT JOIN community c ON c.tenant_id = p.tenant_id AND c.community_id = p.community_id
      WHERE p.tenant_id = $1 AND p.project_id = $2
      """;

  private static final String PROJECTS_AFTER =
      """
      SELECT p.project_id, p.name, p.description, p.reveal, p.created_at, p.community_id,
        c.name AS community_name
      FROM project p
      LEFT JOIN community c ON c.tenant_id = p.tenant_id AND c.community_id = p.community_id
      WHERE p.tenant_id = $1 AND p.folded_name > $2
        AND ($3::uuid[] IS NULL OR p.project_id = ANY ($3))
      ORDER BY p.folded_name LIMIT $4
      """;

  private static final String REVEAL =
      """
      SELECT reveal FROM project WHERE tenant_id = $1 AND project_id = $2
      """;

  private static final String EDIT =
      """
      UPDATE project SET description = coalesce($3, description), reveal = coalesce($4, reveal)
      WHERE tenant_id = $1 AND project_id = $2
      """;

  private static final String PLACE_HELD =
      """
      SELECT community_id FROM project WHERE tenant_id = $1 AND project_id = $2 FOR UPDATE
      """;

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

  private static final String MOVE =
      """
      UPDATE project SET community_id = $3
      WHERE tenant_id = $1 AND project_id = $2 AND community_id IS DISTINCT FROM $3::uuid
      """;

  private ProjectStore() {}

  static Future<Project> insert(Tx tx, UUID id, ObjectName name, String description) {
    Future<Optional<UUID>> made =
        tx.one(
            NEW_PROJECT,
            row -> row.getUUID("project_id"),
            tx.tenant(),
            id,
            name.text(),
            name.folded(),
            description);
    return Stores.unique(
            made, "project_name_taken", () -> Failure.conflict(Failure.Reason.NAME_TAKEN))
        .map(project -> project.orElseThrow(() -> Failure.conflict(Failure.Reason.STATE)))
        .compose(project -> find(tx, project))
        .map(Optional::orElseThrow);
  }

  static Future<Optional<Scope.Place>> named(Tx tx, String folded) {
    return tx.one(
        PROJECT_NAMED,
        row -> new Scope.Place(row.getUUID("project_id"), new ObjectName(row.getString("name"))),
        tx.tenant(),
        folded);
  }

  static Future<Optional<Project>> find(Tx tx, UUID id) {
    return tx.one(PROJECT, Project::read, tx.tenant(), id);
  }

  static Future<Page<Project>> after(Tx tx, String folded, Optional<Set<UUID>> only, int limit) {
    UUID[] among = only.map(some -> some.toArray(UUID[]::new)).orElse(null);
    return tx.list(PROJECTS_AFTER, Project::read, tx.tenant(), folded, among, limit + 1)
        .map(rows -> Page.of(rows, limit));
  }

  /** An unknown word, or no such project, allows nobody. */
  static Future<Reveal> reveal(Tx tx, UUID id) {
    return tx.one(REVEAL, row -> row.getString("reveal"), tx.tenant(), id)
        .map(found -> found.flatMap(Reveal::of).orElse(Reveal.OFF));
  }

  /** Writes what is there; what is empty stays. */
  static Future<Void> edit(Tx tx, UUID id, Optional<String> description, Optional<Reveal> reveal) {
    return tx.update(
            EDIT, tx.tenant(), id, description.orElse(null), reveal.map(Reveal::word).orElse(null))
        .mapEmpty();
  }

  /**
   * Puts the project into that community, or into none; false if it is there already.
   *
   * @param stock is told where it was and is
   */
  static Future<Boolean> move(Tx tx, UUID id, Optional<UUID> community, Stock stock) {
    return tx.one(
            PLACE_HELD, row -> Optional.ofNullable(row.getUUID("community_id")), tx.tenant(), id)
        .compose(
            before ->
                tx.update(MOVE, tx.tenant(), id, community.orElse(null))
                    .map(moved -> moved == 1)
                    .onSuccess(
                        moved -> {
                          if (moved) {
                            before
                                .flatMap(from -> from)
                                .ifPresent(from -> stock.went(member(tx.tenant(), id, from)));
                            community.ifPresent(to -> stock.came(member(tx.tenant(), id, to)));
                          }
                        }));
  }

  private static InventoryRows.Entry member(Row row, TenantId tenant) {
    UUID id = row.getUUID("project_id");
    return new InventoryRows.Entry(id, member(tenant, id, row.getUUID("community_id")), 0, 0);
  }

  private static Canonical member(TenantId tenant, UUID project, UUID community) {
    return Canonical.of("stock-member/1").id(tenant.value()).id(project).id(community);
  }
}
