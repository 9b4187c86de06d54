package io.hushbus.lease;

import io.hushbus.db.Tx;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.Optional;
import java.util.UUID;

/**
 * The table {@code lease_share}: what each node has reserved of each budget, and how much of it is
 * taken at most.
 */
final class LeaseShareStore {

  /** One node at a time for each budget; other work of the tenant does not wait. */
  private static final String ALONE =
      """
      SELECT pg_advisory_xact_lock(
        hashtextextended(concat_ws(' ', 'lease_share', $1::uuid, $2::text, $3::uuid), 0))
      """;

  /** A node that does not write the bound makes whatever the others know worth nothing. */
  private static final String KNOWN =
      """
      SELECT CASE WHEN bool_and(s.at_most IS NOT NULL) THEN max(s.at_most) END AS at_most,
        coalesce(sum(s.reserved) FILTER (
          WHERE s.node_id <> $2 AND s.ends_at > clock_timestamp()), 0)::bigint AS others
      FROM lease_share s WHERE s.tenant_id = $1 AND s.what = $3 AND s.project_id = $4
      """;

  private static final String FORGET =
      """
      DELETE FROM lease_share WHERE tenant_id = $1 AND ends_at < clock_timestamp() - interval '1 hour'
      """;

  private static final String RESERVE =
      """
      WITH own AS (
        INSERT INTO lease_share (tenant_id, what, project_id, node_id, reserved, at_most, ends_at)
        VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp() + $7::bigint * interval '1 millisecond')
        ON CONFLICT (tenant_id, what, project_id, node_id) DO UPDATE
        SET reserved = excluded.reserved, at_most = excluded.at_most, ends_at = excluded.ends_at)
      UPDATE lease_share SET at_most = $6
      WHERE tenant_id = $1 AND what = $2 AND project_id = $3 AND node_id <> $4
        AND at_most IS NOT NULL
      """;

  /** A bound that says nothing: nobody knows how much is there. */
  private static final long BOUNDLESS = Long.MAX_VALUE / 2;

  /**
   * What is known without counting.
   *
   * @param atMost so much is live or reserved at most, if that is known
   * @param others what other nodes have reserved
   */
  private record Known(Optional<Long> atMost, long others) {}

  /**
   * What was decided.
   *
   * @param more so much more is reserved
   * @param atMost so much is live or reserved at most, with that
   */
  private record Decided(long more, long atMost) {}

  /** Reserves as the ask says for what is there; gives how much more than before. */
  Future<Long> reserve(Tx tx, Budgeted of, UUID node, LeaseRoom.Ask ask) {
    tx.trust(tx.query(ALONE, tx.tenant().value(), of.what().word(), of.part()));
    return tx.one(KNOWN, LeaseShareStore::known, tx.tenant(), node, of.what().word(), of.part())
        .map(Optional::orElseThrow)
        .compose(known -> decided(tx, of, ask, known))
        .map(
            decided -> {
              tx.trust(tx.update(FORGET, tx.tenant()));
              tx.trust(reserved(tx, of, node, ask, decided));
              return decided.more();
            });
  }

  private static Known known(Row row) {
    return new Known(Optional.ofNullable(row.getLong("at_most")), row.getLong("others"));
  }

  /** Counting takes as long as there are leases, so it is done only where it may matter. */
  private static Future<Decided> decided(Tx tx, Budgeted of, LeaseRoom.Ask ask, Known known) {
    return known
        .atMost()
        .filter(ask::fits)
        .map(atMost -> Future.succeededFuture(new Decided(ask.usual(), atMost + ask.usual())))
        .orElseGet(() -> live(tx, of, ask).map(live -> decided(ask, live, known.others())));
  }

  private static Decided decided(LeaseRoom.Ask ask, long live, long others) {
    long more = ask.more(live, others);
    // Nothing beyond the limit was counted; and what is reserved already may yet be granted.
    long atMost = live > ask.limit() ? BOUNDLESS : live + others + ask.mine() + Math.max(0, more);
    return new Decided(more, atMost);
  }

  private static Future<Long> live(Tx tx, Budgeted of, LeaseRoom.Ask ask) {
    return tx.one(
            of.what() == Budgeted.What.LEASES
                ? HoldingStore.LIVE_OF_TENANT
                : RunStore.OPEN_OF_TENANT,
            row -> row.getLong("count"),
            tx.tenant(),
            ask.limit() + 1,
            of.project().orElse(null))
        .map(Optional::orElseThrow);
  }

  private static Future<Integer> reserved(
      Tx tx, Budgeted of, UUID node, LeaseRoom.Ask ask, Decided decided) {
    return tx.update(
        RESERVE,
        tx.tenant(),
        of.what().word(),
        of.part(),
        node,
        Math.max(0, ask.mine() + decided.more()),
        decided.atMost(),
        LeaseRoom.HELD_MILLIS);
  }
}
