package io.hushbus.lease;

import io.hushbus.crypto.RowMac;
import io.hushbus.db.Statements;
import io.hushbus.db.Tx;
import io.hushbus.model.EntryName;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Principal;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.MacedRow;
import io.hushbus.tenant.MacedTable;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code lease}, with the audit records of grants, which the granting statement writes.
 */
final class LeaseStore {

  private static final String COLUMNS =
      """
      clock_timestamp() AS now, l.lease_id, l.secret_id, l.version, l.entry_name,
      l.principal_kind, l.principal_id, l.project_id, l.domain_id,
      l.issued_at, l.expires_at, l.max_expires_at, l.revoked_at, l.mac_generation, l.row_mac,
      l.adoption_id, l.bound_to\
      """;

  /**
   * Grants whole asks or not at all: an ask goes through if each of its rows is on what is still
   * the current version of a living secret, and its times were read from the database less than two
   * seconds ago. Answers the numbers of the asks granted.
   *
   * <p>The heads stay share-locked to the commit, so that whoever changes one sees the leases on it
   * as they are; and so do the adoptions by which secrets are had. What is being changed is skipped
   * and not waited for, since the batch holds asks of other tenants too; its asks come again.
   */
  private static final String GRANT =
      """
      WITH drafted AS (
        SELECT * FROM unnest($1::int[], $2::int[], $3::uuid[], $4::uuid[], $5::uuid[], $6::int[],
                             $7::text[], $8::text[], $9::uuid[], $10::uuid[], $11::uuid[],
                             $12::timestamptz[], $13::timestamptz[], $14::timestamptz[], $15::int[],
                             $16::bytea[], $17::uuid[], $18::uuid[], $19::text[], $20::text[],
                             $21::uuid[], $22::text[])
          AS draft (ask, size, tenant_id, lease_id, secret_id, version, entry_name, principal_kind,
                    principal_id, project_id, domain_id, issued_at, expires_at, max_expires_at,
                    mac_generation, row_mac, record_id, request_id, source, secret_name,
                    adoption_id, bound_to)),
      unmoved AS (
        SELECT s.tenant_id, s.secret_id, s.current_version
        FROM (SELECT DISTINCT tenant_id, secret_id FROM drafted) wanted
        JOIN secret s ON s.tenant_id = wanted.tenant_id AND s.secret_id = wanted.secret_id
        WHERE s.deleted_at IS NULL
        FOR SHARE OF s SKIP LOCKED),
      adopted AS (
        SELECT a.tenant_id, a.adoption_id
        FROM (SELECT DISTINCT tenant_id, adoption_id FROM drafted WHERE adoption_id IS NOT NULL) had
        JOIN adoption a ON a.tenant_id = had.tenant_id AND a.adoption_id = had.adoption_id
        FOR SHARE OF a SKIP LOCKED),
      valid AS (
        SELECT draft.*, count(*) OVER (PARTITION BY draft.ask) AS good
        FROM drafted draft
        JOIN unmoved s ON s.tenant_id = draft.tenant_id AND s.secret_id = draft.secret_id
        LEFT JOIN adopted a
          ON a.tenant_id = draft.tenant_id AND a.adoption_id = draft.adoption_id
        WHERE s.current_version = draft.version
          AND (draft.adoption_id IS NULL OR a.adoption_id IS NOT NULL)
          AND draft.issued_at BETWEEN clock_timestamp() - interval '2 seconds'
                                  AND clock_timestamp() + interval '2 seconds'),
      granted AS (SELECT * FROM valid WHERE good = size),
      audited AS (
        INSERT INTO audit_tail (tenant_id, record_id, request_id, principal, action, outcome,
                                resource_kind, resource_id, resource_name, version, project_id,
                                source, detail)
        SELECT tenant_id, record_id, request_id, principal_kind || ':' || principal_id, 'lease_grant',
               'allowed', 'secret', secret_id, secret_name, version, project_id, source,
               jsonb_build_object('lease', lease_id)
        FROM granted),
      leased AS (
        INSERT INTO lease (tenant_id, lease_id, secret_id, version, entry_name, principal_kind,
                           principal_id, project_id, domain_id, issued_at, expires_at, max_expires_at,
                           mac_generation, row_mac, adoption_id, bound_to)
        SELECT tenant_id, lease_id, secret_id, version, entry_name, principal_kind, principal_id,
               project_id, domain_id, issued_at, expires_at, max_expires_at, mac_generation, row_mac,
               adoption_id, bound_to
        FROM granted)
      SELECT coalesce(array_agg(DISTINCT ask), '{}') AS asks FROM granted
      """;

  private static final String FIND =
      "SELECT "
          + COLUMNS
          + """

          FROM lease l WHERE l.tenant_id = $1 AND l.lease_id = $2
          """;

  /** The clock is read once the row is held: whoever waited for it is judged by the time after. */
  private static final String LOCK =
      """
      WITH l AS MATERIALIZED (
        SELECT * FROM lease WHERE tenant_id = $1 AND lease_id = $2 FOR UPDATE)
      """
          + "SELECT "
          + COLUMNS
          + " FROM l";

  private static final String LIST =
      "SELECT "
          + COLUMNS
          + """

          FROM lease l
          WHERE l.tenant_id = $1
            AND ($2::uuid IS NULL OR l.project_id = $2)
            AND ($3::uuid IS NULL OR l.secret_id = $3)
            AND ($4::uuid IS NULL OR l.principal_id = $4)
            AND ($5::text IS NULL OR $5 = CASE
              WHEN l.revoked_at IS NOT NULL THEN 'revoked'
              WHEN l.expires_at <= clock_timestamp() THEN 'expired'
              ELSE 'active' END)
            AND ($6::uuid IS NULL OR l.lease_id < $6)
          ORDER BY l.lease_id DESC LIMIT $7
          """;

  private static final String LIVE_ON_SECRET =
      """
      SELECT l.lease_id FROM lease l
      WHERE l.tenant_id = $1 AND l.secret_id = $2
        AND l.revoked_at IS NULL AND l.expires_at > clock_timestamp()
      ORDER BY l.lease_id LIMIT $3
      """;

  private static final String HELD_VERSIONS =
      """
      SELECT DISTINCT l.version FROM lease l
      WHERE l.tenant_id = $1 AND l.secret_id = $2
        AND l.revoked_at IS NULL AND l.expires_at > clock_timestamp()
      """;

  private static final String HOLDING =
      """
      SELECT l.version, count(*) AS leases FROM lease l
      WHERE l.tenant_id = $1 AND l.secret_id = $2
        AND l.revoked_at IS NULL AND l.expires_at > clock_timestamp()
      GROUP BY l.version
      """;

  private static final String LIVE_UNDER =
      "SELECT "
          + COLUMNS
          + """

          FROM lease l
          WHERE l.tenant_id = $1 AND l.adoption_id = $2
            AND l.revoked_at IS NULL AND l.expires_at > clock_timestamp()
          ORDER BY l.lease_id LIMIT $3
          FOR UPDATE
          """;

  private static final String REVOKE_ALL =
      """
      UPDATE lease l SET revoked_at = ended.at, mac_generation = ended.generation, row_mac = ended.mac
      FROM unnest($2::uuid[], $3::timestamptz[], $4::int[], $5::bytea[])
        AS ended (lease_id, at, generation, mac)
      WHERE l.tenant_id = $1 AND l.lease_id = ended.lease_id
      """;

  /** A lease of somebody who reads a value; its audit record is the reading's own. */
  private static final String INSERT =
      """
      INSERT INTO lease (tenant_id, lease_id, secret_id, version, principal_kind, principal_id,
                         project_id, domain_id, issued_at, expires_at, max_expires_at,
                         mac_generation, row_mac)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
      """;

  private static final String UPDATE =
      """
      UPDATE lease SET expires_at = $3, revoked_at = $4, mac_generation = $5, row_mac = $6
      WHERE tenant_id = $1 AND lease_id = $2
      """;

  /** Leases of the tenant under another generation of its key than {@code $2}. */
  private static final String BEHIND =
      "SELECT "
          + COLUMNS
          + """

          FROM lease l
          WHERE l.tenant_id = $1 AND l.mac_generation <> $2
          """;

  static final MacedTable TABLE =
      MacedTable.of("lease", "l", "lease_id", BEHIND, LeaseStore::maced);

  /**
   * By the wall that no renewal passes, which is indexed and never changes: a lease goes when it
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

  private static final String LOCK_LIVE =
      """
      SELECT clock_timestamp() AS now, l.* FROM lease l
      WHERE l.tenant_id = $1 AND l.secret_id = $2
        AND l.revoked_at IS NULL AND l.expires_at > clock_timestamp()
      ORDER BY l.lease_id LIMIT $3 FOR UPDATE
      """;

  /** One row to be granted. */
  record Draft(
      TenantId tenant,
      Lease lease,
      RowMac mac,
      String secretName,
      UUID record,
      UUID request,
      String source) {}

  /** A lease as stored, its MAC, and the database's time when it was read. */
  record Stored(Lease lease, RowMac mac, Instant now) {}

  /**
   * What a list is limited to; {@code before} is the lease to continue after.
   *
   * @param state only those in it
   */
  record Filter(
      Optional<UUID> project,
      Optional<SecretId> secret,
      Optional<UUID> principal,
      Optional<Lease.State> state,
      Optional<UUID> before,
      int limit) {}

  /**
   * Grants the asks that still hold, each a list of drafts, and says of each whether it was
   * granted.
   */
  Future<List<Boolean>> grant(Statements tx, List<List<Draft>> asks) {
    List<Placed> rows = new ArrayList<>();
    for (int ask = 0; ask < asks.size(); ask++) {
      for (Draft draft : asks.get(ask)) {
        rows.add(new Placed(ask, asks.get(ask).size(), draft));
      }
    }
    return tx.one(GRANT, row -> List.of(row.getArrayOfIntegers("asks")), columns(rows))
        .map(
            granted ->
                IntStream.range(0, asks.size())
                    .mapToObj(ask -> granted.orElseThrow().contains(ask))
                    .toList());
  }

  private record Placed(int ask, int size, Draft draft) {
    Lease lease() {
      return draft.lease();
    }
  }

  private static @Nullable Object[] columns(List<Placed> rows) {
    return new Object[] {
      column(rows, Placed::ask, Integer[]::new),
      column(rows, Placed::size, Integer[]::new),
      column(rows, row -> row.draft().tenant().value(), UUID[]::new),
      column(rows, row -> row.lease().id().value(), UUID[]::new),
      column(rows, row -> row.lease().secret().value(), UUID[]::new),
      column(rows, row -> row.lease().version(), Integer[]::new),
      column(rows, row -> row.lease().entry().map(EntryName::text).orElse(null), String[]::new),
      column(rows, row -> row.lease().principal().kind().word(), String[]::new),
      column(rows, row -> row.lease().principal().id(), UUID[]::new),
      column(rows, row -> row.lease().project().orElse(null), UUID[]::new),
      column(rows, row -> row.lease().domain().orElse(null), UUID[]::new),
      column(rows, row -> row.lease().terms().issuedAt(), Instant[]::new),
      column(rows, row -> row.lease().terms().expiresAt(), Instant[]::new),
      column(rows, row -> row.lease().terms().maxExpiresAt(), Instant[]::new),
      column(rows, row -> row.draft().mac().generation(), Integer[]::new),
      column(rows, row -> row.draft().mac().tag(), byte[][]::new),
      column(rows, row -> row.draft().record(), UUID[]::new),
      column(rows, row -> row.draft().request(), UUID[]::new),
      column(rows, row -> row.draft().source(), String[]::new),
      column(rows, row -> row.draft().secretName(), String[]::new),
      column(rows, row -> row.lease().adoption().orElse(null), UUID[]::new),
      column(rows, row -> row.lease().boundTo().orElse(null), String[]::new)
    };
  }

  private static <R> R[] column(
      List<Placed> rows, Function<Placed, @Nullable R> part, IntFunction<R[]> array) {
    return rows.stream().map(part).toArray(array);
  }

  Future<Optional<Stored>> find(Tx tx, LeaseId id) {
    return tx.one(FIND, LeaseStore::stored, tx.tenant(), id);
  }

  /** The row, locked to the end of the transaction. */
  Future<Optional<Stored>> lock(Tx tx, LeaseId id) {
    return tx.one(LOCK, LeaseStore::stored, tx.tenant(), id);
  }

  /** Newest first. */
  Future<List<Stored>> list(Tx tx, Filter filter) {
    return tx.list(
        LIST,
        LeaseStore::stored,
        tx.tenant(),
        filter.project().orElse(null),
        filter.secret().map(SecretId::value).orElse(null),
        filter.principal().orElse(null),
        filter.state().map(Lease.State::word).orElse(null),
        filter.before().orElse(null),
        filter.limit());
  }

  Future<List<UUID>> live(Tx tx, SecretId secret, int limit) {
    return tx.list(LIVE_ON_SECRET, row -> row.getUUID("lease_id"), tx.tenant(), secret, limit);
  }

  Future<List<Integer>> heldVersions(Tx tx, SecretId secret) {
    return tx.list(HELD_VERSIONS, row -> row.getInteger("version"), tx.tenant(), secret);
  }

  /** Live leases on a secret, locked to the end of the transaction. */
  Future<List<Stored>> lockLive(Tx tx, SecretId secret, int limit) {
    return tx.list(LOCK_LIVE, LeaseStore::stored, tx.tenant(), secret, limit);
  }

  /** How many live leases are on each version. */
  Future<SortedMap<Integer, Long>> holding(Tx tx, SecretId secret) {
    return tx.list(
            HOLDING,
            row -> Map.entry(row.getInteger("version"), row.getLong("leases")),
            tx.tenant(),
            secret)
        .map(
            rows -> {
              SortedMap<Integer, Long> byVersion = new TreeMap<>();
              rows.forEach(row -> byVersion.put(row.getKey(), row.getValue()));
              return byVersion;
            });
  }

  /** Some of the live leases under an adoption, locked to the end of the transaction. */
  Future<List<Stored>> liveUnder(Tx tx, UUID adoption, int limit) {
    return tx.list(LIVE_UNDER, LeaseStore::stored, tx.tenant(), adoption, limit);
  }

  /** Writes the revocation of many leases, each with its MAC. */
  Future<Void> revokeAll(Tx tx, List<Lease> ended, List<RowMac> macs) {
    return tx.update(
            REVOKE_ALL,
            tx.tenant(),
            ended.stream().map(lease -> lease.id().value()).toArray(UUID[]::new),
            ended.stream().map(lease -> lease.revokedAt().orElseThrow()).toArray(Instant[]::new),
            macs.stream().map(RowMac::generation).toArray(Integer[]::new),
            macs.stream().map(RowMac::tag).toArray(byte[][]::new))
        .mapEmpty();
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

  /** Writes the end and the revocation of a lease; nothing else of one ever changes. */
  Future<Void> update(Tx tx, Lease lease, RowMac mac) {
    return tx.update(
            UPDATE,
            tx.tenant(),
            lease.id(),
            lease.terms().expiresAt(),
            lease.revokedAt().orElse(null),
            mac.generation(),
            mac.tag())
        .mapEmpty();
  }

  private static Stored stored(Row row) {
    return new Stored(lease(row), MacedRow.mac(row, ""), time(row, "now"));
  }

  private static MacedRow maced(Row row, TenantId tenant) {
    return MacedRow.of(lease(row).canonical(tenant), MacedRow.mac(row, ""));
  }

  private static Lease lease(Row row) {
    return new Lease(
        new LeaseId(row.getUUID("lease_id")),
        new SecretId(row.getUUID("secret_id")),
        row.getInteger("version"),
        Optional.ofNullable(row.getString("entry_name")).map(EntryName::new),
        new Principal(
            Principal.Kind.of(row.getString("principal_kind")), row.getUUID("principal_id")),
        Optional.ofNullable(row.getUUID("project_id")),
        Optional.ofNullable(row.getUUID("domain_id")),
        new LeaseTerms(
            time(row, "issued_at"), time(row, "expires_at"), time(row, "max_expires_at")),
        Optional.ofNullable(row.getOffsetDateTime("revoked_at")).map(at -> at.toInstant()),
        Optional.ofNullable(row.getUUID("adoption_id")),
        Optional.ofNullable(row.getString("bound_to")));
  }

  /** To the millisecond, as columns keep it and MACs are made over it. */
  private static Instant time(Row row, String column) {
    return row.getOffsetDateTime(column).toInstant().truncatedTo(ChronoUnit.MILLIS);
  }
}
