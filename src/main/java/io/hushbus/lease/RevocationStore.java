package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.db.SystemTx;
import io.hushbus.db.Tx;
import io.hushbus.model.RunId;
import io.hushbus.model.Tally;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.MacedRow;
import io.hushbus.tenant.MacedTable;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table {@code lease_revocation}: the ends of many leases at once. */
final class RevocationStore {

  /** Of their index, so that nobody reads the whole table in the hope to meet enough of them. */
  private static final String IN_ORDER = " ORDER BY l.lease_id";

  private static final String LEASES_OF_RUN =
      "SELECT "
          + EndedLeases.COLUMNS
          + """
           FROM lease l
          WHERE l.tenant_id = $1 AND l.run_id = $2
            AND l.revoked_at IS NULL AND l.expires_at > clock_timestamp() AND
          """
          + Liveness.UNMARKED_IF_COUNTED;

  private static final String LEASES_OF_RUNS_OF =
      "SELECT o.run_id, o.project_id, o.domain_id, "
          + EndedLeases.COLUMNS
          + """
           FROM run o
          JOIN lease l ON l.tenant_id = o.tenant_id AND l.run_id = o.run_id
          WHERE o.tenant_id = $1 AND o.opener_id = $2 AND o.ended_at IS NULL AND
          """
          + Liveness.LIVE_IF_COUNTED
          + " GROUP BY o.run_id, o.project_id, o.domain_id";

  private static final String OPEN_RUNS_OF =
      """
      SELECT run_id FROM run WHERE tenant_id = $1 AND opener_id = $2 AND ended_at IS NULL
      """;

  private static final String INSERT_ALL =
      """
      INSERT INTO lease_revocation (tenant_id, mark_id, kind, id, at, revoked_by,
                                    mac_generation, row_mac)
      SELECT $1, made.* FROM unnest($2::uuid[], $3::text[], $4::uuid[], $5::timestamptz[],
                                    $6::text[], $7::int[], $8::bytea[]) AS made
      """;

  private static final String INSERT =
      """
      INSERT INTO lease_revocation (tenant_id, mark_id, kind, id, version, at, revoked_by,
                                    mac_generation, row_mac)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      """;

  private static final String COLUMNS =
      """
      SELECT m.tenant_id, m.mark_id, m.kind, m.id, m.version, m.at, m.revoked_by,
             m.mac_generation, m.row_mac
      FROM lease_revocation m
      """;

  /** Across tenants that are not being deleted: marks not written into all of their leases yet. */
  private static final String UNTIDIED =
      COLUMNS
          + """
          JOIN tenant t ON t.tenant_id = m.tenant_id AND t.state = 'active'
          WHERE m.tidied_at IS NULL AND m.mark_id > $1 ORDER BY m.mark_id LIMIT $2
          """;

  private static final String BEHIND =
      COLUMNS + " WHERE m.tenant_id = $1 AND m.mac_generation <> $2 ";

  static final MacedTable TABLE =
      MacedTable.of("lease_revocation", "m", "mark_id", BEHIND, RevocationStore::maced);

  private static final String WRITE =
      """
      UPDATE lease l SET revoked_at = ended.at, slot = false,
                         mac_generation = ended.generation, row_mac = ended.mac
      FROM unnest($2::uuid[], $3::timestamptz[], $4::int[], $5::bytea[])
        AS ended (lease_id, at, generation, mac)
      WHERE l.tenant_id = $1 AND l.lease_id = ended.lease_id
      """;

  private static final String TIDIED =
      """
      UPDATE lease_revocation SET tidied_at = clock_timestamp()
      WHERE tenant_id = $1 AND mark_id = $2
      """;

  /** Marks whose leases all say so themselves, and that no grant under way can meet any more. */
  static final String PURGE =
      """
      DELETE FROM lease_revocation USING (
        SELECT tenant_id, mark_id FROM lease_revocation
        WHERE tidied_at < clock_timestamp() - $1::float8 * interval '1 second'
        ORDER BY tidied_at LIMIT $2 FOR UPDATE SKIP LOCKED) over
      WHERE lease_revocation.tenant_id = over.tenant_id
        AND lease_revocation.mark_id = over.mark_id
      """;

  /** A mark of a tenant, with its MAC. */
  record Stored(TenantId tenant, Revocation mark, RowMac mac) {}

  /** How many live leases it is about, counted up to {@code most}. */
  Future<Tally> count(Tx tx, Revocation.Selector of, int most) {
    return tx.one(
            count(of.kind()),
            row -> Tally.upTo(most, row.getLong("count")),
            tx.tenant(),
            of.id(),
            version(of.version()),
            most + 1L)
        .map(Optional::orElseThrow);
  }

  /** The leases of the run that have not ended by themselves. */
  Future<EndedLeases> leasesOfRun(Tx tx, RunId run) {
    return tx.one(LEASES_OF_RUN, EndedLeases::read, tx.tenant(), run).map(Optional::orElseThrow);
  }

  Future<Void> insert(Tx tx, Revocation mark, RowMac mac) {
    return tx.update(
            INSERT,
            tx.tenant(),
            mark.id(),
            mark.of().kind().word(),
            mark.of().id(),
            version(mark.of().version()),
            mark.at(),
            mark.by(),
            mac.generation(),
            mac.tag())
        .mapEmpty();
  }

  /** The open runs that a principal opened and that have live leases, with how many. */
  Future<List<RevokedRun>> leasesOfRunsOf(Tx tx, UUID opener) {
    return tx.list(LEASES_OF_RUNS_OF, RevocationStore::leases, tx.tenant(), opener);
  }

  private static RevokedRun leases(Row row) {
    return new RevokedRun(
        new RunId(row.getUUID("run_id")),
        Optional.of(row.getUUID("project_id")),
        Optional.ofNullable(row.getUUID("domain_id")),
        EndedLeases.read(row));
  }

  Future<List<RunId>> openRunsOf(Tx tx, UUID opener) {
    return tx.list(OPEN_RUNS_OF, row -> new RunId(row.getUUID("run_id")), tx.tenant(), opener);
  }

  /** Many marks, none of them of a version. */
  Future<Void> insert(Tx tx, Keyring keyring, List<Revocation> marks) {
    List<RowMac> macs =
        marks.stream().map(mark -> keyring.mac(mark.canonical(tx.tenant()))).toList();
    return tx.update(
            INSERT_ALL,
            tx.tenant(),
            marks.stream().map(Revocation::id).toArray(UUID[]::new),
            marks.stream().map(mark -> mark.of().kind().word()).toArray(String[]::new),
            marks.stream().map(mark -> mark.of().id()).toArray(UUID[]::new),
            marks.stream().map(Revocation::at).toArray(Instant[]::new),
            marks.stream().map(Revocation::by).toArray(String[]::new),
            macs.stream().map(RowMac::generation).toArray(Integer[]::new),
            macs.stream().map(RowMac::tag).toArray(byte[][]::new))
        .mapEmpty();
  }

  /** Oldest first. */
  Future<List<Stored>> untidied(SystemTx tx, UUID after, int most) {
    return tx.list(UNTIDIED, RevocationStore::stored, after, most);
  }

  /** The next leases that the mark ended and that do not say so themselves yet; locked. */
  Future<List<LeaseRows.Stored>> unwritten(
      SystemTx tx, TenantId tenant, Revocation mark, UUID after, int most) {
    return tx.list(
        unwritten(mark.of().kind()),
        LeaseRows::stored,
        tenant,
        mark.of().id(),
        version(mark.of().version()),
        mark.at(),
        most,
        after);
  }

  /** Writes the revocation of many leases, each with its MAC. */
  Future<Void> write(SystemTx tx, TenantId tenant, List<Lease> ended, List<RowMac> macs) {
    return tx.update(
            WRITE,
            tenant,
            ended.stream().map(lease -> lease.id().value()).toArray(UUID[]::new),
            ended.stream().map(lease -> lease.revokedAt().orElseThrow()).toArray(Instant[]::new),
            macs.stream().map(RowMac::generation).toArray(Integer[]::new),
            macs.stream().map(RowMac::tag).toArray(byte[][]::new))
        .mapEmpty();
  }

  Future<Void> tidied(SystemTx tx, TenantId tenant, UUID mark) {
    return tx.update(TIDIED, tenant, mark).mapEmpty();
  }

  static String count(Revocation.Kind kind) {
    return "SELECT count(*) AS count FROM (SELECT FROM lease l WHERE "
        + matching(kind)
        + " AND "
        + Liveness.LIVE_IF_COUNTED
        + (kind == Revocation.Kind.SECRET || kind == Revocation.Kind.VERSION ? IN_ORDER : "")
        + " LIMIT $4) counted";
  }

  static String unwritten(Revocation.Kind kind) {
    return "SELECT "
        + LeaseRows.PLAIN
        + ", NULL::timestamptz AS ended_by_revocation, NULL::timestamptz AS ended_by_run"
        + " FROM lease l WHERE "
        + matching(kind)
        + " AND l.revoked_at IS NULL AND l.issued_at <= $4 AND l.expires_at > $4"
        + " AND l.lease_id > $6 ORDER BY l.lease_id LIMIT $5 FOR UPDATE";
  }

  /**
   * The leases {@code l} that a mark is about, {@code $2} its id and {@code $3} its version: a
   * condition for each kind, so that each finds them by its own index.
   */
  private static String matching(Revocation.Kind kind) {
    return "l.tenant_id = $1 AND "
        + switch (kind) {
          case SECRET -> "l.secret_id = $2::uuid AND $3::int IS NULL";
          case VERSION ->
              "l.secret_id = $2::uuid AND $3::int BETWEEN l.applied_version AND l.version";
          case HOLDER -> "l.principal_id = $2::uuid AND $3::int IS NULL";
          case RUN -> "l.run_id = $2::uuid AND $3::int IS NULL";
          case ADOPTION -> "l.adoption_id = $2::uuid AND $3::int IS NULL";
        };
  }

  private static @Nullable Integer version(OptionalInt version) {
    return version.isPresent() ? (Integer) version.getAsInt() : null;
  }

  private static MacedRow maced(Row row, TenantId tenant) {
    return MacedRow.of(mark(row).canonical(tenant), MacedRow.mac(row, ""));
  }

  private static Stored stored(Row row) {
    return new Stored(new TenantId(row.getUUID("tenant_id")), mark(row), MacedRow.mac(row, ""));
  }

  private static Revocation mark(Row row) {
    Integer version = row.getInteger("version");
    return new Revocation(
        row.getUUID("mark_id"),
        new Revocation.Selector(
            Revocation.Kind.of(row.getString("kind")),
            row.getUUID("id"),
            version == null ? OptionalInt.empty() : OptionalInt.of(version)),
        RunStore.time(row, "at"),
        row.getString("revoked_by"));
  }
}
