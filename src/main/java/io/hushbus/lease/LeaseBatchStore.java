package io.hushbus.lease;

import io.hushbus.db.Statements;
import io.hushbus.model.Uuids;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;

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
   * it is.
   */
  private static final String RENEW =
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
        WHERE l.ctid = renewed.place::tid
          AND l.tenant_id = renewed.tenant_id AND l.lease_id = renewed.lease_id
        RETURNING l.lease_id)
      SELECT 1 / (count(*) = $16)::int FROM written
      """;

  /**
   * A lease that is locked.
   *
   * @param place where its row lies as long as it is
   */
  record Locked(LeaseRows.Stored stored, String place) {}

  /** The plain ones that are there and nobody else has locked, by their place among the asks. */
  Future<Map<Integer, Locked>> lock(Statements tx, List<RenewBatch.Ask> asks) {
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
  Future<Void> renew(Statements tx, List<RenewBatch.Done> done, Uuids ids) {
    return tx.query(
            RENEW,
            column(done, one -> one.locked().place(), String[]::new),
            column(done, one -> one.ask().tenant().value(), UUID[]::new),
            column(done, one -> one.next().id().value(), UUID[]::new),
            column(done, one -> one.next().terms().expiresAt(), Instant[]::new),
            column(done, one -> one.next().terms().maxExpiresAt(), Instant[]::new),
            column(done, one -> one.mac().generation(), Integer[]::new),
            column(done, one -> one.mac().tag(), byte[][]::new),
            column(done, one -> ids.ordered(), UUID[]::new),
            column(done, one -> one.ask().grant().request(), UUID[]::new),
            column(done, one -> one.ask().grant().caller().principal().toString(), String[]::new),
            column(done, one -> one.ask().grant().action().word(), String[]::new),
            column(done, one -> one.next().version(), Integer[]::new),
            column(done, one -> one.next().project().orElse(null), UUID[]::new),
            column(done, one -> one.ask().grant().source(), String[]::new),
            column(done, one -> one.next().secret().value(), UUID[]::new),
            done.size())
        .mapEmpty();
  }

  private static Integer[] numbers(int size) {
    Integer[] all = new Integer[size];
    for (int i = 0; i < size; i++) {
      all[i] = i;
    }
    return all;
  }

  private static <P, R> R[] column(List<P> rows, Function<P, R> part, IntFunction<R[]> array) {
    R[] values = array.apply(rows.size());
    for (int i = 0; i < values.length; i++) {
      values[i] = part.apply(rows.get(i));
    }
    return values;
  }
}
