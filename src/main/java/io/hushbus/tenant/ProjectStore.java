package io.hushbus.tenant;

import io.hushbus.db.Tx;
import io.hushbus.model.Failure;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Scope;
import io.vertx.core.Future;
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
      RETURNING project_id, name, description, created_at
      """;

  private static final String PROJECT_NAMED =
      """
      SELECT project_id, name FROM project WHERE tenant_id = $1 AND folded_name = $2
      """;

  private static final String PROJECT =
      """
      SELECT project_id, name, description, created_at FROM project
      WHERE tenant_id = $1 AND project_id = $2
      """;

  private static final String PROJECTS_AFTER =
      """
      SELECT project_id, name, description, created_at FROM project
      WHERE tenant_id = $1 AND folded_name > $2 AND ($3::uuid[] IS NULL OR project_id = ANY ($3))
      ORDER BY folded_name LIMIT $4
      """;

  private static final String NEW_DESCRIPTION =
      """
      UPDATE project SET description = $3 WHERE tenant_id = $1 AND project_id = $2
      RETURNING project_id, name, description, created_at
      """;

  private ProjectStore() {}

  static Future<Project> insert(Tx tx, UUID id, ObjectName name, String description) {
    Future<Optional<Project>> made =
        tx.one(
            NEW_PROJECT, Project::read, tx.tenant(), id, name.text(), name.folded(), description);
    return Stores.unique(
            made, "project_name_taken", () -> Failure.conflict(Failure.Reason.NAME_TAKEN))
        .map(project -> project.orElseThrow(() -> Failure.conflict(Failure.Reason.STATE)));
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

  static Future<Optional<Project>> describe(Tx tx, UUID id, String description) {
    return tx.one(NEW_DESCRIPTION, Project::read, tx.tenant(), id, description);
  }
}
