package io.hushbus.tenant;

import io.hushbus.db.Tx;
import io.hushbus.model.Failure;
import io.hushbus.model.ObjectName;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Rows of table community. */
final class CommunityStore {

  // The operators' tenant holds no communities: the condition finds no row to insert then.
  private static final String NEW_COMMUNITY =
      """
      INSERT INTO community (tenant_id, community_id, name, folded_name, description)
      SELECT tenant_id, $2::uuid, $3::text, $4::text, $5::text
      FROM tenant WHERE tenant_id = $1 AND NOT operating
      RETURNING community_id, name, description, created_at
      """;

  private static final String COMMUNITY_NAMED =
      """
      SELECT community_id, name, description, created_at FROM community
      WHERE tenant_id = $1 AND folded_name = $2
      """;

  private static final String COMMUNITY =
      """
      SELECT community_id, name, description, created_at FROM community
      WHERE tenant_id = $1 AND community_id = $2
      """;

  private static final String COMMUNITIES_AFTER =
      """
      SELECT c.community_id, c.name, c.description, c.created_at FROM community c
      WHERE c.tenant_id = $1 AND c.folded_name > $2
        AND ($3::uuid[] IS NULL OR c.community_id = ANY ($3) OR EXISTS (
          SELECT FROM project p
          WHERE p.tenant_id = $1 AND p.community_id = c.community_id AND p.project_id = ANY ($4)))
      ORDER BY c.folded_name LIMIT $5
      """;

  private static final String NEW_DESCRIPTION =
      """
      UPDATE community SET description = $3 WHERE tenant_id = $1 AND community_id = $2
      RETURNING community_id, name, description, created_at
      """;

  // A project that joins reads the row under a share lock: it waits, and then finds nothing to
  // join.
  private static final String HOLD =
      """
      SELECT community_id, name, description, created_at FROM community
      WHERE tenant_id = $1 AND community_id = $2 FOR UPDATE
      """;

  private static final String JOIN =
      """
      SELECT community_id, name, description, created_at FROM community
      WHERE tenant_id = $1 AND community_id = $2 FOR SHARE
      """;

  private static final String MEMBERS =
      """
      SELECT project_id FROM project WHERE tenant_id = $1 AND community_id = $2
      ORDER BY project_id LIMIT $3
      """;

  private static final String REMOVE =
      """
      DELETE FROM community WHERE tenant_id = $1 AND community_id = $2
      """;

  private CommunityStore() {}

  static Future<Community> insert(Tx tx, UUID id, ObjectName name, String description) {
    Future<Optional<Community>> made =
        tx.one(
            NEW_COMMUNITY,
            Community::read,
            tx.tenant(),
            id,
            name.text(),
            name.folded(),
            description);
    return Stores.unique(
            made, "community_name_taken", () -> Failure.conflict(Failure.Reason.NAME_TAKEN))
        .map(community -> community.orElseThrow(() -> Failure.conflict(Failure.Reason.STATE)));
  }

  static Future<Optional<Community>> named(Tx tx, ObjectName name) {
    return tx.one(COMMUNITY_NAMED, Community::read, tx.tenant(), name.folded());
  }

  static Future<Optional<Community>> find(Tx tx, UUID id) {
    return tx.one(COMMUNITY, Community::read, tx.tenant(), id);
  }

  static Future<Page<Community>> after(
      Tx tx, String folded, Optional<Communities.Visible> only, int limit) {
    return tx.list(
            COMMUNITIES_AFTER,
            Community::read,
            tx.tenant(),
            folded,
            only.map(some -> some.communities().toArray(UUID[]::new)).orElse(null),
            only.map(some -> some.projects().toArray(UUID[]::new)).orElse(null),
            limit + 1)
        .map(rows -> Page.of(rows, limit));
  }

  static Future<Optional<Community>> describe(Tx tx, UUID id, String description) {
    return tx.one(NEW_DESCRIPTION, Community::read, tx.tenant(), id, description);
  }

  /** Makes projects that want to join wait for the end of the transaction. */
  static Future<Optional<Community>> hold(Tx tx, UUID id) {
    return tx.one(HOLD, Community::read, tx.tenant(), id);
  }

  /** The community, which stays until the end of the transaction. */
  static Future<Optional<Community>> join(Tx tx, UUID id) {
    return tx.one(JOIN, Community::read, tx.tenant(), id);
  }

  static Future<List<UUID>> members(Tx tx, UUID id, int limit) {
    return tx.list(MEMBERS, row -> row.getUUID("project_id"), tx.tenant(), id, limit);
  }

  /** Removes the community, at which no role is bound any more. */
  static Future<Void> remove(Tx tx, UUID id) {
    return tx.update(REMOVE, tx.tenant(), id).mapEmpty();
  }
}
