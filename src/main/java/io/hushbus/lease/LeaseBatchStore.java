package io.hushbus.lease;

import io.hushbus.db.Statements;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.hushbus.secret.Sighting;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Many leases of the table {@code lease} in one statement, each found by its key. */
final class LeaseBatchStore {

  /**
   * The plain ones of those that are asked for, locked to the end of the transaction: in no run,
   * not adopted, on one version. Who is locked by another is passed by. The clock is read once the
   * row is held.
   */
  static final String LOCK =
      "SELECT asked.number, l.place, "
          + LeaseRows.COLUMNS
          + """

          FROM unnest($1::int[], $2::uuid[], $3::uuid[]) AS asked (number, tenant_id, lease_id)
          CROSS JOIN LATERAL (
            SELECT *, ctid::text AS place FROM lease one
            WHERE one.tenant_id = asked.tenant_id AND one.lease_id = asked.lease_id
              AND one.run_id IS NULL AND one.adoption_id IS NULL
              AND one.applied_version = one.version
            FOR UPDATE SKIP LOCKED) l
          """
          + Liveness.ENDS;

  /**
   * What is locked lies where it lay, so that it is found again by its place; fails unless all of
   * it is. That something is in each column is known: it is asked so that the planner takes them
   * for few, and does not rather read all leases of their tenants.
   */
  static final String RENEW =
      """
      WITH renewed AS MATERIALIZED (
        SELECT * FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::timestamptz[],
                             $5::timestamptz[], $6::int[], $7::bytea[], $8::uuid[], $9::uuid[],
                             $10::text[], $11::text[], $12::int[], $13::uuid[], $14::text[],
                             $15::uuid[])
          AS renewed (place, tenant_id, lease_id, expires_at, max_expires_at, mac_generation,
                      row_mac, record_id, request_id, actor, action, version, project_id, source,
                      secret_id)),
      audited AS (
        INSERT INTO audit_tail (tenant_id, record_id, request_id, principal, action, outcome,
                                resource_kind, resource_id, version, project_id, source, detail)
        SELECT tenant_id, record_id, request_id, actor, action, 'allowed', 'lease', lease_id,
               version, project_id, source, jsonb_build_object('secret', secret_id)
        FROM renewed),
      written AS (
        UPDATE lease l SET expires_at = renewed.expires_at, max_expires_at = renewed.max_expires_at,
                           mac_generation = renewed.mac_generation, row_mac = renewed.row_mac
        FROM renewed
        WHERE num_nonnulls(renewed.place, renewed.tenant_id, renewed.lease_id) = 3
          AND l.ctid = renewed.place::tid
          AND l.tenant_id = renewed.tenant_id AND l.lease_id = renewed.lease_id
        RETURNING l.lease_id)
      SELECT 1 / (count(*) = $16)::int FROM written
      """;

  /**
   * Renews what is as it was known, on versions that are as they were seen: rows are compared by
   * their MACs, which were verified, and which change with everything that decides; and by the
   * columns that a renewal goes by, since another hand may change these and leave the MAC. What is
   * not so, or is locked by another, is passed by. Answers the numbers of the others.
   */
  static final String AGAIN =
      """
      WITH asked AS MATERIALIZED (
        SELECT * FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::bytea[], $5::timestamptz[],
                             $6::timestamptz[], $7::timestamptz[], $8::timestamptz[], $9::int[],
                             $10::bytea[], $11::uuid[], $12::uuid[], $13::text[], $14::text[],
                             $15::int[], $16::uuid[], $17::text[], $18::uuid[], $19::int[],
                             $20::timestamptz[], $21::timestamptz[], $22::uuid[], $23::text[])
          AS asked (number, tenant_id, lease_id, known_mac, known_end, renewed_at, expires_at,
                    max_expires_at, mac_generation, row_mac, record_id, request_id, actor, action,
                    version, project_id, source, secret_id, sight, known_issue, known_wall,
                    principal_id, bound_to)),
      standing AS MATERIALIZED (
        SELECT seen.number
        FROM unnest($24::int[], $25::uuid[], $26::uuid[], $27::int[], $28::text[])
          AS seen (number, tenant_id, secret_id, version, stamp)
      """
          + Sighting.UNTOUCHED
          + """
          ),
          locked AS MATERIALIZED (
            SELECT asked.number, held.place FROM asked
            CROSS JOIN LATERAL (
              SELECT l.ctid AS place, l.* FROM lease l
              WHERE l.tenant_id = asked.tenant_id AND l.lease_id = asked.lease_id
                AND l.row_mac = asked.known_mac AND
          """
          + Liveness.UNMARKED
          + """

              LIMIT 1 FOR UPDATE OF l SKIP LOCKED) held
            WHERE held.revoked_at IS NULL AND held.run_id IS NULL AND held.adoption_id IS NULL
              AND held.expires_at = asked.known_end AND held.expires_at > clock_timestamp()
              AND held.issued_at = asked.known_issue AND held.max_expires_at = asked.known_wall
              AND held.secret_id = asked.secret_id AND held.principal_id = asked.principal_id
              AND held.version = asked.version AND held.applied_version = asked.version
              AND held.project_id IS NOT DISTINCT FROM asked.project_id
              AND held.bound_to IS NOT DISTINCT FROM asked.bound_to
              AND asked.sight IN (SELECT number FROM standing)
              AND asked.renewed_at BETWEEN clock_timestamp() - interval '2 seconds'
                                       AND clock_timestamp()),
          written AS (
            UPDATE lease l SET expires_at = asked.expires_at, max_expires_at = asked.max_expires_at,
                               mac_generation = asked.mac_generation, row_mac = asked.row_mac
            FROM locked JOIN asked USING (number)
            WHERE l.ctid = locked.place
              AND l.tenant_id = asked.tenant_id AND l.lease_id = asked.lease_id
            RETURNING asked.number),
          audited AS (
            INSERT INTO audit_tail (tenant_id, record_id, request_id, principal, action, outcome,
                                    resource_kind, resource_id, version, project_id, source, detail)
            SELECT tenant_id, record_id, request_id, actor, action, 'allowed', 'lease', lease_id,
                   version, project_id, source, jsonb_build_object('secret', secret_id)
            FROM asked JOIN written USING (number))
          SELECT coalesce(array_agg(number), '{}') AS numbers, clock_timestamp() AS now FROM written
          """;

  /**
   * Which of those that were known are renewed.
   *
   * @param now the database's clock then
   */
  record Written(List<Integer> numbers, Instant now) {

    /** What these numbers stand for. */
    Set<Integer> of(List<Integer> places) {
      return numbers.stream().map(places::get).collect(Collectors.toSet());
    }
  }

  private record Seen(TenantId tenant, SecretId secret, int version, String stamp) {

    static Seen of(KnownRenewals.Again one) {
      Lease lease = one.before().lease();
      return new Seen(
          one.done().ask().tenant(), lease.secret(), lease.version(), one.before().stamp());
    }
  }

  /**
   * A lease that is locked.
   *
   * @param place where its row lies as long as it is
   */
  record Locked(LeaseRows.Stored stored, String place) {}

  private final Uuids ids;

  LeaseBatchStore(Uuids ids) {
    this.ids = ids;
  }

  /** The plain ones that are there and nobody else has locked, by their place among the asks. */
  Future<Map<Integer, Locked>> lock(Statements tx, List<Renewals.Ask> asks) {
    return tx.list(
            LOCK,
            row -> Map.entry(row.getInteger("number"), locked(row)),
            numbers(asks.size()),
            column(asks, ask -> ask.tenant().value(), UUID[]::new),
            column(asks, ask -> ask.id().value(), UUID[]::new))
        .map(
            rows -> {
              Map<Integer, Locked> found = new HashMap<>();
              rows.forEach(row -> found.put(row.getKey(), row.getValue()));
              return found;
            });
  }

  private static Locked locked(Row row) {
    return new Locked(LeaseRows.stored(row), row.getString("place"));
  }

  /** Writes what becomes of them, and an audit record of each. */
  Future<Void> renew(Statements tx, List<RenewBatch.Locked> locked) {
    List<Renewals.Done> done = locked.stream().map(RenewBatch.Locked::done).toList();
    return tx.query(
            RENEW,
            with(
                new Object[] {column(locked, one -> one.row().place(), String[]::new)},
                new Object[] {
                  column(done, LeaseBatchStore::tenant, UUID[]::new),
                  column(done, LeaseBatchStore::lease, UUID[]::new)
                },
                next(done),
                new Object[] {done.size()}))
        .mapEmpty();
  }

  /** Writes what becomes of those that are as they were known, and an audit record of each. */
  Future<Written> again(Statements tx, List<KnownRenewals.Again> known) {
    List<Renewals.Done> done = known.stream().map(KnownRenewals.Again::done).toList();
    Map<Seen, Integer> seen = new LinkedHashMap<>();
    Integer[] sights =
        column(
            known,
            one -> seen.computeIfAbsent(Seen.of(one), unseen -> seen.size()),
            Integer[]::new);
    List<Seen> all = List.copyOf(seen.keySet());
    return tx.one(
            AGAIN,
            row ->
                new Written(List.of(row.getArrayOfIntegers("numbers")), RunStore.time(row, "now")),
            with(
                new Object[] {
                  numbers(known.size()),
                  column(done, LeaseBatchStore::tenant, UUID[]::new),
                  column(done, LeaseBatchStore::lease, UUID[]::new),
                  column(known, one -> one.before().mac().tag(), byte[][]::new),
                  known(known, lease -> lease.terms().expiresAt(), Instant[]::new),
                  column(known, KnownRenewals.Again::now, Instant[]::new)
                },
                next(done),
                new Object[] {
                  sights,
                  known(known, lease -> lease.terms().issuedAt(), Instant[]::new),
                  known(known, lease -> lease.terms().maxExpiresAt(), Instant[]::new),
                  known(known, lease -> lease.principal().id(), UUID[]::new),
                  known(known, lease -> lease.boundTo().orElse(null), String[]::new),
                  numbers(all.size()),
                  column(all, one -> one.tenant().value(), UUID[]::new),
                  column(all, one -> one.secret().value(), UUID[]::new),
                  column(all, Seen::version, Integer[]::new),
                  column(all, Seen::stamp, String[]::new)
                }))
        .map(Optional::orElseThrow);
  }

  private static <R> R[] known(
      List<KnownRenewals.Again> all, Function<Lease, @Nullable R> part, IntFunction<R[]> array) {
    return column(all, one -> part.apply(one.before().lease()), array);
  }

  private static UUID tenant(Renewals.Done done) {
    return done.ask().tenant().value();
  }

  private static UUID lease(Renewals.Done done) {
    return done.ask().id().value();
  }

  /**
   * The row as it is next, and what its audit record says, in the order that both statements have.
   */
  private @Nullable Object[] next(List<Renewals.Done> done) {
    return new Object[] {
      column(done, one -> one.next().lease().terms().expiresAt(), Instant[]::new),
      column(done, one -> one.next().lease().terms().maxExpiresAt(), Instant[]::new),
      column(done, one -> one.next().mac().generation(), Integer[]::new),
      column(done, one -> one.next().mac().tag(), byte[][]::new),
      column(done, one -> ids.ordered(), UUID[]::new),
      column(done, one -> one.ask().grant().request(), UUID[]::new),
      column(done, one -> one.ask().grant().caller().principal().toString(), String[]::new),
      column(done, one -> one.ask().grant().action().word(), String[]::new),
      column(done, one -> one.next().lease().version(), Integer[]::new),
      column(done, one -> one.next().lease().project().orElse(null), UUID[]::new),
      column(done, one -> one.ask().grant().source(), String[]::new),
      column(done, one -> one.next().lease().secret().value(), UUID[]::new)
    };
  }

  private static Object[] with(Object[]... parts) {
    return Stream.of(parts).flatMap(Stream::of).toArray();
  }

  private static Integer[] numbers(int size) {
    Integer[] all = new Integer[size];
    for (int i = 0; i < size; i++) {
      all[i] = i;
    }
    return all;
  }

  private static <P, R> R[] column(
      List<P> rows, Function<P, @Nullable R> part, IntFunction<R[]> array) {
    R[] values = array.apply(rows.size());
    for (int i = 0; i < values.length; i++) {
      values[i] = part.apply(rows.get(i));
    }
    return values;
  }
}
