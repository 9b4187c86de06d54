package io.hushbus.audit;

import io.hushbus.audit.AuditPage.Item;
import io.hushbus.audit.AuditPage.Position;
import io.hushbus.audit.ExportItem.Entry;
import io.hushbus.db.Tx;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** Reads the audit trail of one tenant. */
final class TrailStore {

  /**
   * The records that match among the {@code $5} newest before a position, and the last of these
   * whether it matches or not: from it a search goes on.
   */
  private static final String NEWEST_FIRST =
      """
      SELECT recent.*, (
          ($6::text IS NULL OR principal = $6) AND ($7::text IS NULL OR action = $7)
          AND ($8::text IS NULL OR outcome = $8) AND ($9::text IS NULL OR resource_kind = $9)
          AND ($10::uuid IS NULL OR resource_id = $10) AND ($11::uuid IS NULL OR project_id = $11)
          AND ($13::text IS NULL OR resource_name = $13)
        ) IS TRUE AS matches
      FROM (
        SELECT both_parts.*, row_number() OVER (ORDER BY at DESC, record_id DESC) AS place
        FROM (
          (SELECT NULL::bigint AS sequence, NULL::bytea AS hash, record_id, at, request_id,
             principal, action, outcome, resource_kind, resource_id, resource_name, version,
             project_id, source, detail::text AS detail
           FROM audit_tail
           WHERE tenant_id = $1 AND at >= coalesce($2::timestamptz, '-infinity')
             AND (at, record_id) < ($3::timestamptz, $4::uuid)
           ORDER BY at DESC, record_id DESC LIMIT $5)
          UNION ALL
          (SELECT sequence, hash, record_id, at, request_id,
             principal, action, outcome, resource_kind, resource_id, resource_name, version,
             project_id, source, detail::text AS detail
           FROM audit_record
           WHERE tenant_id = $1 AND at >= coalesce($2::timestamptz, '-infinity')
             AND (at, record_id) < ($3::timestamptz, $4::uuid)
           ORDER BY at DESC, record_id DESC LIMIT $5)
        ) both_parts
        ORDER BY at DESC, record_id DESC LIMIT $5
      ) recent
      WHERE place = $5 OR (
          ($6::text IS NULL OR principal = $6) AND ($7::text IS NULL OR action = $7)
          AND ($8::text IS NULL OR outcome = $8) AND ($9::text IS NULL OR resource_kind = $9)
          AND ($10::uuid IS NULL OR resource_id = $10) AND ($11::uuid IS NULL OR project_id = $11)
          AND ($13::text IS NULL OR resource_name = $13))
      ORDER BY place LIMIT $12
      """;

  /** How long the chain of a tenant is, and its last record. */
  static final String CHAIN =
      """
      SELECT chain.tenant_id, chain.sequence, chain.hash, chain.mac, chain.checkpoint,
        coalesce(last.sequence, 0) AS last_sequence, last.hash AS last_hash,
        date_trunc('milliseconds', clock_timestamp()) AS now
      FROM audit_chain chain
      LEFT JOIN LATERAL (
        SELECT sequence, hash FROM audit_record WHERE tenant_id = chain.tenant_id
        ORDER BY sequence DESC LIMIT 1) last ON true
      WHERE chain.tenant_id = $1
      """;

  private static final String SEALED_AFTER =
      """
      SELECT sequence, record_id, at, request_id, principal, action, outcome, resource_kind,
        resource_id, resource_name, version, project_id, source, detail::text AS detail, hash
      FROM audit_record
      WHERE tenant_id = $1 AND sequence > $2 AND sequence <= $3
      ORDER BY sequence LIMIT $4
      """;

  private static final String CHECKPOINTS_AFTER =
      "SELECT "
          + AuditRows.CHECKPOINT
          + """

          FROM audit_checkpoint signed
          WHERE signed.tenant_id = $1 AND signed.sequence > $2 AND signed.sequence <= $3
          ORDER BY signed.sequence LIMIT $4
          """;

  /** A row of a search: what may be shown, and where it stands. */
  record Seen(Item item, boolean matches, long place) {
    Position position() {
      return new Position(item.record().at(), item.record().id());
    }
  }

  Future<List<Seen>> newest(
      Tx tx, AuditFilter filter, Optional<UUID> project, Position before, long window, long most) {
    return tx.list(
        NEWEST_FIRST,
        TrailStore::seen,
        tx.tenant(),
        filter.from().orElse(null),
        before.at(),
        before.record(),
        window,
        filter.actor().orElse(null),
        filter.action().orElse(null),
        filter.outcome().orElse(null),
        filter.resourceKind().orElse(null),
        filter.resourceId().orElse(null),
        project.orElse(null),
        most,
        filter.resourceName().orElse(null));
  }

  Future<Optional<StoredChain>> chain(Tx tx) {
    return tx.one(CHAIN, AuditRows::chain, tx.tenant());
  }

  /** Sealed records with sequences after {@code after}, up to {@code upTo}. */
  Future<List<Entry>> entries(Tx tx, long after, long upTo, int most) {
    return tx.list(SEALED_AFTER, AuditRows::entry, tx.tenant(), after, upTo, (long) most);
  }

  Future<List<Checkpoint>> checkpoints(Tx tx, UUID cluster, long after, long upTo, int most) {
    return tx.list(
        CHECKPOINTS_AFTER,
        row -> AuditRows.checkpoint(row, cluster),
        tx.tenant(),
        after,
        upTo,
        (long) most);
  }

  private static Seen seen(Row row) {
    Long sequence = row.getLong("sequence");
    Item item =
        sequence == null
            ? new Item(AuditRows.record(row), OptionalLong.empty(), Optional.empty())
            : new Item(
                AuditRows.record(row),
                OptionalLong.of(sequence),
                Optional.of(AuditRows.bytes(row, "hash")));
    return new Seen(item, row.getBoolean("matches"), row.getLong("place"));
  }
}
