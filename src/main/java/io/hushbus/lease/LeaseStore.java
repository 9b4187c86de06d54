package io.hushbus.lease;

import io.hushbus.crypto.RowMac;
import io.hushbus.db.Statements;
import io.hushbus.db.Tx;
import io.hushbus.model.LeaseId;
import io.hushbus.model.RunId;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import io.hushbus.secret.Sighting;
import io.hushbus.tenant.MacedRow;
import io.hushbus.tenant.MacedTable;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code lease}, with the audit records of grants, which the granting statement writes.
 */
final class LeaseStore {

  /**
   * Grants whole asks or not at all: an ask goes through if each of its rows is on what is still
   * the current version of a living secret, lasts no longer than it allows, belongs to a living run
   * that has no live lease on it, is not revoked already, and has times of the last two seconds;
   * and if what was seen of its secret, perhaps a while ago, is what is there. Answers the numbers
   * of the asks granted.
   *
   * <p>The heads stay share-locked to the commit, so that whoever changes one sees the leases on it
   * as they are; and so do the adoptions by which secrets are had, and the runs. What is being
   * changed is skipped and not waited for, since the batch holds asks of other tenants too; its
   * asks come again. A lease that is over leaves its slot to the next one here.
   */
  private static final String GRANT =
      """
      WITH drafted AS MATERIALIZED (
        SELECT draft.*
        FROM unnest($1::int[], $2::int[], $3::uuid[], $4::uuid[], $5::uuid[], $6::int[],
                    $7::text[], $8::text[], $9::uuid[], $10::uuid[], $11::uuid[],
                    $12::timestamptz[], $13::timestamptz[], $14::timestamptz[], $15::int[],
                    $16::bytea[], $17::uuid[], $18::uuid[], $19::text[], $20::text[],
                    $21::uuid[], $22::uuid[], $23::uuid[], $24::bigint[], $25::text[],
                    $26::bigint[], $27::text[], $28::text[], $29::int[])
          AS draft (ask, size, tenant_id, lease_id, secret_id, version, entries, principal_kind,
                    principal_id, project_id, domain_id, issued_at, expires_at, max_expires_at,
                    mac_generation, row_mac, record_id, request_id, source, secret_name,
                    adoption_id, run_id, environment_id, asked_ttl_ms, reload, max_delay_ms,
                    actor, bound_to, sighting)),
      unmoved AS MATERIALIZED (
        SELECT s.*
        FROM (SELECT DISTINCT tenant_id, secret_id FROM drafted) wanted
        CROSS JOIN LATERAL (
          SELECT s.tenant_id, s.secret_id, s.current_version, s.max_lease_seconds, s.deleted_at,
      """
          + Sighting.STAMPED
          + """

              FROM secret s
              WHERE s.tenant_id = wanted.tenant_id AND s.secret_id = wanted.secret_id
              FOR SHARE OF s SKIP LOCKED) s),
          standing AS MATERIALIZED (
            SELECT asked.number
            FROM unnest($30::int[], $31::uuid[], $32::uuid[], $33::uuid[], $34::text[], $35::uuid[],
                        $36::int[], $37::text[])
              AS asked (number, tenant_id, project, domain, name, secret_id, version, stamp)
            JOIN unmoved s ON s.tenant_id = asked.tenant_id AND s.secret_id = asked.secret_id
            WHERE
          """
          + Sighting.STANDS
          + """
              ),
          adopted AS MATERIALIZED (
            SELECT a.*
            FROM (SELECT DISTINCT tenant_id, adoption_id FROM drafted WHERE adoption_id IS NOT NULL) had
            CROSS JOIN LATERAL (
              SELECT a.tenant_id, a.adoption_id FROM adoption a
              WHERE a.tenant_id = had.tenant_id AND a.adoption_id = had.adoption_id
              FOR SHARE OF a SKIP LOCKED) a),
          living AS MATERIALIZED (
            SELECT r.*
            FROM (SELECT DISTINCT tenant_id, run_id FROM drafted WHERE run_id IS NOT NULL) its
            CROSS JOIN LATERAL (
              SELECT r.tenant_id, r.run_id FROM run r
              WHERE r.tenant_id = its.tenant_id AND r.run_id = its.run_id
                AND run_over_at(r.ended_at, r.deadline, r.beat_at, r.lost_at) > clock_timestamp()
              FOR SHARE OF r SKIP LOCKED) r),
          first AS MATERIALIZED (
            SELECT DISTINCT ON (tenant_id, run_id, secret_id) lease_id, tenant_id, run_id, secret_id
            FROM drafted WHERE run_id IS NOT NULL
            ORDER BY tenant_id, run_id, secret_id, ask),
          slotted AS MATERIALIZED (
            SELECT its.lease_id FROM first its
            JOIN living r ON r.tenant_id = its.tenant_id AND r.run_id = its.run_id
            LEFT JOIN LATERAL (
              SELECT true AS lives FROM lease l
              WHERE l.tenant_id = its.tenant_id AND l.run_id = its.run_id
                AND l.secret_id = its.secret_id AND l.slot AND
          """
          + Liveness.LIVE
          + """
              LIMIT 1) held ON true
            WHERE held.lives IS NULL),
          valid AS MATERIALIZED (
            SELECT draft.*
            FROM drafted draft
            JOIN unmoved s ON s.tenant_id = draft.tenant_id AND s.secret_id = draft.secret_id
            WHERE s.current_version = draft.version AND s.deleted_at IS NULL
              AND (s.max_lease_seconds IS NULL OR draft.max_expires_at
                <= draft.issued_at + s.max_lease_seconds * interval '1 second')
              AND (draft.adoption_id IS NULL OR EXISTS (
                SELECT FROM adopted a
                WHERE a.tenant_id = draft.tenant_id AND a.adoption_id = draft.adoption_id))
              AND (draft.run_id IS NULL
                OR EXISTS (SELECT FROM slotted r WHERE r.lease_id = draft.lease_id))
              AND (draft.sighting IS NULL OR draft.sighting IN (SELECT number FROM standing))
              AND draft.issued_at BETWEEN clock_timestamp() - interval '2 seconds'
                                      AND clock_timestamp()
              AND
          """
          + Liveness.unmarked("draft")
          + """
              ),
          granted AS MATERIALIZED (
            SELECT valid.* FROM valid
            WHERE valid.size = 1 OR valid.ask IN (
              SELECT ask FROM valid GROUP BY ask HAVING count(*) = min(size))),
          audited AS (
            INSERT INTO audit_tail (tenant_id, record_id, request_id, principal, action, outcome,
                                    resource_kind, resource_id, resource_name, version, project_id,
                                    source, detail)
            SELECT tenant_id, record_id, request_id, actor, 'lease_grant',
                   'allowed', 'secret', secret_id, secret_name, version, project_id, source,
                   jsonb_strip_nulls(jsonb_build_object('lease', lease_id, 'run', run_id))
            FROM granted),
          freed AS (
            UPDATE lease l SET slot = false FROM granted g
            WHERE (SELECT bool_or(run_id IS NOT NULL) FROM granted)
              AND l.tenant_id = g.tenant_id AND l.run_id = g.run_id AND l.secret_id = g.secret_id
              AND l.slot
            RETURNING l.lease_id),
          leased AS (
            INSERT INTO lease (tenant_id, lease_id, secret_id, version, applied_version, entry_names,
                               principal_kind, principal_id, project_id, domain_id, issued_at,
                               expires_at, max_expires_at, mac_generation, row_mac, adoption_id, run_id,
                               environment_id, asked_ttl_ms, reload, max_delay_ms, bound_to, slot)
            SELECT tenant_id, lease_id, secret_id, version, version, string_to_array(entries, ','),
                   principal_kind, principal_id, project_id, domain_id, issued_at, expires_at,
                   max_expires_at, mac_generation, row_mac, adoption_id, run_id, environment_id,
                   asked_ttl_ms, reload, max_delay_ms, bound_to, run_id IS NOT NULL
            FROM granted WHERE (SELECT count(*) FROM freed) >= 0)
          SELECT coalesce(array_agg(DISTINCT ask), '{}') AS asks, clock_timestamp() AS now FROM granted
          """;

  private static final String SECRETS_AWAITED =
      """
      SELECT secret_id FROM secret WHERE tenant_id = $1 AND secret_id = ANY ($2)
      ORDER BY secret_id FOR SHARE
      """;

  private static final String ADOPTIONS_AWAITED =
      """
      SELECT adoption_id FROM adoption WHERE tenant_id = $1 AND adoption_id = ANY ($2)
      ORDER BY adoption_id FOR SHARE
      """;

  private static final String RUNS_AWAITED =
      """
      SELECT run_id FROM run WHERE tenant_id = $1 AND run_id = ANY ($2)
      ORDER BY run_id FOR SHARE
      """;

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
   * One row to be granted.
   *
   * @param actor who asked for it, as audit says it: its holder, or who opened the run
   * @param sighting what has to stand for it to be granted, besides what always has to
   */
  record Draft(
      TenantId tenant,
      Lease lease,
      RowMac mac,
      String secretName,
      UUID record,
      UUID request,
      String source,
      String actor,
      Optional<Sighting> sighting) {}

  /**
   * What became of asks.
   *
   * @param granted for each whether it was
   * @param now the database's clock then
   */
  record Outcome(List<Boolean> granted, Instant now) {}

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

  /**
   * Grants the asks that still hold, each a list of drafts, and says of each whether it was
   * granted.
   */
  Future<Outcome> grant(Statements tx, List<List<Draft>> asks) {
    List<Placed> rows = new ArrayList<>();
    Map<Seen, Integer> seen = new LinkedHashMap<>();
    for (int ask = 0; ask < asks.size(); ask++) {
      for (Draft draft : asks.get(ask)) {
        rows.add(new Placed(ask, asks.get(ask).size(), draft, number(seen, draft)));
      }
    }
    return tx.one(
            GRANT, row -> outcome(row, asks.size()), columns(rows, List.copyOf(seen.keySet())))
        .map(Optional::orElseThrow);
  }

  private static Outcome outcome(Row row, int asks) {
    Boolean[] granted = new Boolean[asks];
    Arrays.fill(granted, false);
    for (Integer ask : row.getArrayOfIntegers("asks")) {
      granted[ask] = true;
    }
    return new Outcome(List.of(granted), row.getOffsetDateTime("now").toInstant());
  }

  /** The same sighting of the same version is looked at once for all who rely on it. */
  private static @Nullable Integer number(Map<Seen, Integer> seen, Draft draft) {
    return draft
        .sighting()
        .map(
            sighting ->
                seen.computeIfAbsent(
                    new Seen(sighting, draft.lease().secret(), draft.lease().version()),
                    unknown -> seen.size()))
        .orElse(null);
  }

  private record Seen(Sighting sighting, SecretId secret, int version) {}

  /** Waits for whoever holds what a grant of these leases needs; for nobody else. */
  Future<Void> await(Tx tx, List<Lease> leases) {
    return await(tx, SECRETS_AWAITED, leases, lease -> Optional.of(lease.secret().value()))
        .compose(done -> await(tx, ADOPTIONS_AWAITED, leases, Lease::adoption))
        .compose(done -> await(tx, RUNS_AWAITED, leases, lease -> lease.run().map(RunId::value)));
  }

  private static Future<Void> await(
      Tx tx, String sql, List<Lease> leases, Function<Lease, Optional<UUID>> what) {
    UUID[] ids = leases.stream().flatMap(one -> what.apply(one).stream()).toArray(UUID[]::new);
    return ids.length == 0
        ? Future.succeededFuture()
        : tx.list(sql, row -> true, tx.tenant(), ids).mapEmpty();
  }

  private record Placed(int ask, int size, Draft draft, @Nullable Integer sighting) {
    Lease lease() {
      return draft.lease();
    }

    Lease.Need need() {
      return draft.lease().need();
    }
  }

  private static @Nullable Object[] columns(List<Placed> rows, List<Seen> seen) {
    return new Object[] {
      column(rows, Placed::ask, Integer[]::new),
      column(rows, Placed::size, Integer[]::new),
      column(rows, row -> row.draft().tenant().value(), UUID[]::new),
      column(rows, row -> row.lease().id().value(), UUID[]::new),
      column(rows, row -> row.lease().secret().value(), UUID[]::new),
      column(rows, row -> row.lease().version(), Integer[]::new),
      column(rows, LeaseStore::entries, String[]::new),
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
      column(rows, row -> row.lease().run().map(RunId::value).orElse(null), UUID[]::new),
      column(rows, row -> row.need().environment().orElse(null), UUID[]::new),
      column(rows, row -> row.need().ttl().map(Duration::toMillis).orElse(null), Long[]::new),
      column(rows, row -> row.need().reload().orElse(null), String[]::new),
      column(rows, row -> row.need().maxDelay().map(Duration::toMillis).orElse(null), Long[]::new),
      column(rows, row -> row.draft().actor(), String[]::new),
      column(rows, row -> row.lease().boundTo().orElse(null), String[]::new),
      column(rows, Placed::sighting, Integer[]::new),
      IntStream.range(0, seen.size()).boxed().toArray(Integer[]::new),
      column(seen, one -> one.sighting().ask().tenant().value(), UUID[]::new),
      column(seen, one -> one.sighting().project(), UUID[]::new),
      column(seen, one -> one.sighting().domain(), UUID[]::new),
      column(seen, one -> one.sighting().folded(), String[]::new),
      column(seen, one -> one.secret().value(), UUID[]::new),
      column(seen, Seen::version, Integer[]::new),
      column(seen, one -> one.sighting().stamp(), String[]::new)
    };
  }

  private static @Nullable String entries(Placed row) {
    return row.lease().entries().isEmpty() ? null : row.lease().joined();
  }

  private static <P, R> R[] column(
      List<P> rows, Function<P, @Nullable R> part, IntFunction<R[]> array) {
    R[] values = array.apply(rows.size());
    for (int i = 0; i < values.length; i++) {
      values[i] = part.apply(rows.get(i));
    }
    return values;
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
