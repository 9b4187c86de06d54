package io.hushbus.lease;

import io.hushbus.crypto.RowMac;
import io.hushbus.db.Tx;
import io.hushbus.model.LeaseId;
import io.hushbus.model.RunId;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.MacedRow;
import io.hushbus.tenant.MacedTable;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;

/** The table {@code lease}; where leases come into being, {@link GrantStore}. */
final class LeaseStore {

  private static final String FIND =
      "SELECT "
          + LeaseRows.COLUMNS
          + " FROM lease l"
          + Liveness.ENDS
          + "WHERE l.tenant_id = $1 AND l.lease_id = $2";

  /** The clock is read once the row is held: whoever waited for it is judged by the time after. */
  private static final String LOCK =
      """
      WITH l AS MATERIALIZED (
        SELECT * FROM lease WHERE tenant_id = $1 AND lease_id = $2 FOR UPDATE)
      SELECT
      """
          + LeaseRows.COLUMNS
          + " FROM l"
          + Liveness.ENDS;

  /** The leases that take up the slots of a run on some secrets, live or over. */
  private static final String SLOTS =
      "SELECT "
          + LeaseRows.COLUMNS
          + " FROM lease l"
          + Liveness.ENDS
          + """
          WHERE l.tenant_id = $1 AND l.run_id = $2 AND l.secret_id = ANY ($3) AND l.slot
          """;

  /** Which versions each lease held at {@code $8}; without one, which it holds now. */
  private static final String HELD_THEN =
      """
      CROSS JOIN LATERAL (
        SELECT
          coalesce(max(v.version) FILTER (WHERE v.taken_at <= coalesce($8::timestamptz, 'infinity')),
                   min(v.version), l.version) AS newest,
          coalesce(greatest(min(v.version), max(v.version) FILTER (
                     WHERE v.applied_at <= coalesce($8::timestamptz, 'infinity'))),
                   l.applied_version) AS oldest
        FROM lease_version v
        WHERE v.tenant_id = l.tenant_id AND v.lease_id = l.lease_id) h
      """;

  static final String LIST = list("");

  /** The same by the index of a secret's leases, whichever plan is kept. */
  static final String LIST_OF_SECRET = list(" AND l.secret_id = $3");

  private static final String LIST_OF_RUN = list(" AND l.run_id = $5");

  /** The same by the indexes of holders and of runs, of which an opener has its own. */
  static final String LIST_OF_HOLDER =
      list(
          """
           AND (l.principal_id = $11 OR l.run_id = ANY (ARRAY(
             SELECT o.run_id FROM run o WHERE o.tenant_id = $1 AND o.opener_id = $11)))\
          """);

  /**
   * The leases are put in order before it is computed which of them live, so that this is done for
   * no more of them than a page takes.
   */
  private static String list(String by) {
    return "SELECT h.oldest, h.newest, "
        + LeaseRows.COLUMNS
        + """
         FROM (
          SELECT * FROM lease l
          WHERE l.tenant_id = $1
            AND ($2::uuid IS NULL OR l.project_id = $2)
            AND ($3::uuid IS NULL OR l.secret_id = $3)
            AND ($5::uuid IS NULL OR l.run_id = $5)
            AND ($7::uuid IS NULL OR l.lease_id < $7)
            AND ($9::text IS DISTINCT FROM 'active'
                 OR (l.revoked_at IS NULL AND l.expires_at > clock_timestamp()))\
        """
        + by
        + " ORDER BY l.lease_id DESC) l"
        + Liveness.ENDS
        + HELD_THEN
        + """
        WHERE ($4::uuid IS NULL OR l.principal_id = $4 OR r.opener_id = $4
               OR l.project_id = ANY ($12::uuid[]))
          AND ($6::int IS NULL OR $6 BETWEEN h.oldest AND h.newest)
          AND ($8::timestamptz IS NULL OR (l.issued_at <= $8 AND least(e.revoked, e.over, l.expires_at) > $8))
          AND ($11::uuid IS NULL OR l.principal_id = $11 OR r.opener_id = $11)
          AND ($9::text IS NULL OR $9 =
        """
        + Liveness.STATE
        + ") ORDER BY l.lease_id DESC LIMIT $10";
  }

  /** A lease of somebody who reads a value; its audit record is the reading's own. */
  private static final String INSERT =
      """
      INSERT INTO lease (tenant_id, lease_id, secret_id, version, applied_version, principal_kind,
                         principal_id, project_id, domain_id, issued_at, expires_at, max_expires_at,
                         mac_generation, row_mac)
      VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
      """;

  private static final String UPDATE =
      """
      UPDATE lease SET expires_at = $3, max_expires_at = $4, revoked_at = $5, version = $6,
                       applied_version = $7, ack_version = $8, ack_status = $9, ack_at = $10,
                       ack_detail = $11, mac_generation = $12, row_mac = $13
      WHERE tenant_id = $1 AND lease_id = $2
      """;

  private static final String BEHIND =
      "SELECT "
          + LeaseRows.PLAIN
          + """

          FROM lease l WHERE l.tenant_id = $1 AND l.mac_generation <> $2
          """;

  static final MacedTable TABLE =
      MacedTable.of("lease", "l", "lease_id", BEHIND, LeaseStore::maced);

  /**
   * By the wall that no renewal passes, which is indexed and never moves away: a lease goes when it
   * has been over for the time at least, at most the longest TTL later.
   */
  static final String PURGE =
      """
      DELETE FROM lease USING (
        SELECT tenant_id, lease_id FROM lease
        WHERE max_expires_at < clock_timestamp() - $1::float8 * interval '1 second'
        ORDER BY max_expires_at LIMIT $2 FOR UPDATE SKIP LOCKED) over
      WHERE lease.tenant_id = over.tenant_id AND lease.lease_id = over.lease_id
      """;

  /**
   * What a list is limited to; {@code before} is the lease to continue after.
   *
   * @param principal its own ones, and those of runs it opened
   * @param besides all of these projects besides those of the principal
   * @param holder of those, what this one has, and what runs have that it opened
   * @param heldAt those that were live then
   */
  record Filter(
      Optional<UUID> project,
      Optional<SecretId> secret,
      Optional<UUID> principal,
      Set<UUID> besides,
      Optional<UUID> holder,
      Optional<RunId> run,
      OptionalInt version,
      Optional<Lease.State> state,
      Optional<Instant> heldAt,
      Optional<UUID> before,
      int limit) {

    private String how() {
      if (secret.isPresent()) {
        return LIST_OF_SECRET;
      }
      if (run.isPresent()) {
        return LIST_OF_RUN;
      }
      return holder.isPresent() ? LIST_OF_HOLDER : LIST;
    }
  }

  Future<Optional<LeaseRows.Stored>> find(Tx tx, LeaseId id) {
    return tx.one(FIND, LeaseRows::stored, tx.tenant(), id);
  }

  /** The row, locked to the end of the transaction. */
  Future<Optional<LeaseRows.Stored>> lock(Tx tx, LeaseId id) {
    return tx.one(LOCK, LeaseRows::stored, tx.tenant(), id);
  }

  /** What the run has on these secrets; at most one each, live or over. */
  Future<List<LeaseRows.Stored>> slots(Tx tx, RunId run, List<SecretId> secrets) {
    return tx.list(
        SLOTS,
        LeaseRows::stored,
        tx.tenant(),
        run,
        secrets.stream().map(SecretId::value).toArray(UUID[]::new));
  }

  /**
   * A lease of a list, with the versions that it held at the time the list is about.
   *
   * @param oldest the one in use then
   * @param newest the one taken last by then
   */
  record Listed(LeaseRows.Stored stored, int oldest, int newest) {}

  /** Newest first. */
  Future<List<Listed>> list(Tx tx, Filter filter) {
    return tx.list(
        filter.how(),
        row ->
            new Listed(LeaseRows.stored(row), row.getInteger("oldest"), row.getInteger("newest")),
        tx.tenant(),
        filter.project().orElse(null),
        filter.secret().map(SecretId::value).orElse(null),
        filter.principal().orElse(null),
        filter.run().map(RunId::value).orElse(null),
        filter.version().isPresent() ? (Integer) filter.version().getAsInt() : null,
        filter.before().orElse(null),
        filter.heldAt().orElse(null),
        filter.state().map(Lease.State::word).orElse(null),
        filter.limit(),
        filter.holder().orElse(null),
        filter.besides().toArray(UUID[]::new));
  }

  Future<Void> insert(Tx tx, Lease lease, RowMac mac) {
    return tx.update(
            INSERT,
            tx.tenant(),
            lease.id(),
            lease.secret(),
            lease.version(),
            lease.principal().kind().word(),
            lease.principal().id(),
            lease.project().orElse(null),
            lease.domain().orElse(null),
            lease.terms().issuedAt(),
            lease.terms().expiresAt(),
            lease.terms().maxExpiresAt(),
            mac.generation(),
            mac.tag())
        .mapEmpty();
  }

  /** Writes what changes of a lease: its end, its revocation, what is held and was said of it. */
  Future<Void> update(Tx tx, Lease lease, RowMac mac) {
    return tx.update(
            UPDATE,
            tx.tenant(),
            lease.id(),
            lease.terms().expiresAt(),
            lease.terms().maxExpiresAt(),
            lease.revokedAt().orElse(null),
            lease.version(),
            lease.applied(),
            lease.ack().map(Lease.Ack::version).orElse(null),
            lease.ack().map(said -> said.status().word()).orElse(null),
            lease.ack().map(Lease.Ack::at).orElse(null),
            lease.ack().map(Lease.Ack::detail).orElse(null),
            mac.generation(),
            mac.tag())
        .mapEmpty();
  }

  private static MacedRow maced(Row row, TenantId tenant) {
    return MacedRow.of(LeaseRows.lease(row).canonical(tenant), MacedRow.mac(row, ""));
  }
}
