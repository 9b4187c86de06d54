package io.hushbus.secret;

import io.hushbus.crypto.RowMac;
import io.hushbus.db.Tx;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretId;
import io.hushbus.tenant.ProjectRow;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The table {@code secret_share}: which secrets are visible in which community. */
final class ShareStore {

  private static final String COLUMNS =
      """
      h.share_id, h.secret_id, h.community_id, m.name AS community_name, h.created_by AS h_created_by,
      h.created_at AS h_created_at, h.mac_generation AS h_mac_generation, h.row_mac AS h_row_mac\
      """;

  private static final String OF_SECRET =
      "SELECT "
          + COLUMNS
          + """

          FROM secret_share h
          JOIN community m ON m.tenant_id = h.tenant_id AND m.community_id = h.community_id
          WHERE h.tenant_id = $1 AND h.secret_id = $2
          """;

  /** What is shared with the community of project {@code $2}, with the heads. */
  private static final String SHARED =
      "SELECT "
          + COLUMNS
          + ", clock_timestamp() AS now, o.name AS project_name, d.name AS domain_name, "
          + SecretRows.COLUMNS
          + ", "
          + ProjectRow.columns("o", "o_")
          + ", "
          + ProjectRow.columns("r", "r_")
          + """

          FROM project r
          JOIN secret_share h ON h.tenant_id = r.tenant_id AND h.community_id = r.community_id
          JOIN community m ON m.tenant_id = h.tenant_id AND m.community_id = h.community_id
          JOIN secret s ON s.tenant_id = h.tenant_id AND s.secret_id = h.secret_id
            AND s.deleted_at IS NULL
          JOIN project o ON o.tenant_id = s.tenant_id AND o.project_id = s.project_id
            AND o.community_id = h.community_id
          LEFT JOIN domain d ON d.tenant_id = s.tenant_id AND d.domain_id = s.domain_id
          WHERE r.tenant_id = $1 AND r.project_id = $2
          """;

  /**
   * The share and the secret stay as they are to the end of the transaction, and who belongs where.
   */
  private static final String ADOPTABLE = SHARED + " AND s.secret_id = $3 FOR SHARE OF h, s, r, o";

  private static final String SHARED_WITH =
      SHARED + " AND o.project_id <> r.project_id AND h.share_id > $3 ORDER BY h.share_id LIMIT $4";

  /** Those among names that the project could adopt in one of these domains, and has not. */
  private static final String OFFERED =
      SHARED
          + """
           AND o.project_id <> r.project_id AND s.folded_name = ANY ($3::text[])
            AND s.scope_domain = ANY ($4::uuid[])
            AND NOT EXISTS (SELECT FROM adoption a
                            WHERE a.tenant_id = $1 AND a.project_id = $2 AND a.secret_id = s.secret_id)
          """;

  /** The community, if the project is in it and as long as this transaction lasts. */
  private static final String MEMBER =
      "SELECT p.community_id, m.name AS community_name, "
          + ProjectRow.columns("p", "p_")
          + """

          FROM project p
          JOIN community m ON m.tenant_id = p.tenant_id AND m.community_id = p.community_id
          WHERE p.tenant_id = $1 AND p.project_id = $2 AND p.community_id = $3
          FOR SHARE OF p
          """;

  private static final String INSERT =
      """
      INSERT INTO secret_share (tenant_id, share_id, secret_id, community_id, created_by, created_at,
                                mac_generation, row_mac)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      """;

  private static final String END =
      """
      DELETE FROM secret_share WHERE tenant_id = $1 AND secret_id = $2 AND community_id = $3
      RETURNING share_id, secret_id, community_id
      """;

  private static final String END_OF_PROJECT =
      """
      DELETE FROM secret_share h
      WHERE h.tenant_id = $1 AND h.secret_id IN (
        SELECT s.secret_id FROM secret s WHERE s.tenant_id = $1 AND s.project_id = $2)
      RETURNING h.share_id, h.secret_id, h.community_id
      """;

  private static final String END_OF_SECRET =
      """
      DELETE FROM secret_share h WHERE h.tenant_id = $1 AND h.secret_id = $2
      RETURNING h.share_id, h.secret_id, h.community_id
      """;

  private static final UUID FIRST = new UUID(0, 0);

  /** A share with the secret, to be checked, and the database's time of the reading. */
  record Found(
      Stored<Share> share,
      Stored<Secret> head,
      Instant now,
      ProjectRow owner,
      ProjectRow adopter) {}

  /** A community that the project is in. */
  record Member(Scope.Place community, ProjectRow project) {}

  /** A share that is no more. */
  record Ended(UUID id, SecretId secret, UUID community) {}

  Future<List<Stored<Share>>> ofSecret(Tx tx, SecretId secret) {
    return tx.list(OF_SECRET, ShareStore::share, tx.tenant(), secret);
  }

  /** What the project may adopt under that id; empty if it is not shared with its community. */
  Future<Optional<Found>> adoptable(Tx tx, UUID project, SecretId secret) {
    return tx.one(ADOPTABLE, ShareStore::found, tx.tenant(), project, secret);
  }

  /** What others share with the community of the project, by the ids of the shares. */
  Future<List<Found>> sharedWith(Tx tx, UUID project, Optional<UUID> after, int limit) {
    return tx.list(
        SHARED_WITH, ShareStore::found, tx.tenant(), project, after.orElse(FIRST), limit);
  }

  /** What of these names the project could adopt there, and has not. */
  Future<List<Found>> offered(Tx tx, UUID project, UUID[] domains, String[] names) {
    return tx.list(OFFERED, ShareStore::found, tx.tenant(), project, names, domains);
  }

  Future<Optional<Member>> member(Tx tx, UUID project, UUID community) {
    return tx.one(
        MEMBER,
        row -> new Member(community(row), ProjectRow.read(row, "p_")),
        tx.tenant(),
        project,
        community);
  }

  Future<Void> insert(Tx tx, Share share, RowMac mac) {
    return tx.update(
            INSERT,
            tx.tenant(),
            share.id(),
            share.secret(),
            share.community().id(),
            share.createdBy(),
            share.createdAt(),
            mac.generation(),
            mac.tag())
        .mapEmpty();
  }

  Future<Optional<Ended>> end(Tx tx, SecretId secret, UUID community) {
    return tx.one(END, ShareStore::ended, tx.tenant(), secret, community);
  }

  Future<List<Ended>> endOfSecret(Tx tx, SecretId secret) {
    return tx.list(END_OF_SECRET, ShareStore::ended, tx.tenant(), secret);
  }

  Future<List<Ended>> endOfProject(Tx tx, UUID project) {
    return tx.list(END_OF_PROJECT, ShareStore::ended, tx.tenant(), project);
  }

  private static Ended ended(Row row) {
    return new Ended(
        row.getUUID("share_id"),
        new SecretId(row.getUUID("secret_id")),
        row.getUUID("community_id"));
  }

  private static Found found(Row row) {
    return new Found(
        share(row),
        SecretRows.stored(row, SecretRows.scopeOfNames(row)),
        SecretRows.time(row, "now"),
        ProjectRow.read(row, "o_"),
        ProjectRow.read(row, "r_"));
  }

  private static Stored<Share> share(Row row) {
    Share share =
        new Share(
            row.getUUID("share_id"),
            new SecretId(row.getUUID("secret_id")),
            community(row),
            row.getString("h_created_by"),
            SecretRows.time(row, "h_created_at"));
    return new Stored<>(share, Stored.mac(row, "h_"));
  }

  private static Scope.Place community(Row row) {
    return new Scope.Place(
        row.getUUID("community_id"), new ObjectName(row.getString("community_name")));
  }
}
