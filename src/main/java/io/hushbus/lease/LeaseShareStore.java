package io.hushbus.lease;

import io.hushbus.db.Tx;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.UUID;

/** The table {@code lease_share}: what each node has reserved of each budget. */
final class LeaseShareStore {

  /** One node at a time for each budget; other work of the tenant does not wait. */
  private static final String ALONE =
      """
      SELECT pg_advisory_xact_lock(
        hashtextextended(concat_ws(' ', 'lease_share', $1::uuid, $2::text, $3::uuid), 0))
      """;

  private static final String OTHERS =
      """
      , (SELECT coalesce(sum(s.reserved), 0)::bigint FROM lease_share s
         WHERE s.tenant_id = $1 AND s.what = $4 AND s.project_id = coalesce($5, $6::uuid)
           AND s.node_id <> $2 AND s.ends_at > clock_timestamp()) AS others
      """;

  private static final String LEASES =
      "SELECT (" + HoldingStore.LIVE_OF_TENANT + ") AS live" + OTHERS;

  private static final String RUNS = "SELECT (" + RunStore.OPEN_OF_TENANT + ") AS live" + OTHERS;

  private static final String RESERVE =
      """
      INSERT INTO lease_share (tenant_id, what, project_id, node_id, reserved, ends_at)
      VALUES ($1, $2, $3, $4, $5, clock_timestamp() + $6::bigint * interval '1 millisecond')
      ON CONFLICT (tenant_id, what, project_id, node_id) DO UPDATE
      SET reserved = excluded.reserved, ends_at = excluded.ends_at
      """;

  private static final String FORGET =
      """
      DELETE FROM lease_share WHERE tenant_id = $1 AND ends_at < clock_timestamp() - interval '1 hour'
      """;

  private record Standing(long live, long others) {}

  /** Reserves as the ask says for what is there; gives how much more than before. */
  Future<Long> reserve(Tx tx, Budgeted of, UUID node, LeaseRoom.Ask ask) {
    TenantId tenant = tx.tenant();
    return tx.query(ALONE, tenant.value(), of.what().word(), of.part())
        .compose(alone -> standing(tx, of, node, ask))
        .map(now -> ask.more(now.live(), now.others()))
        .compose(
            more ->
                tx.update(FORGET, tenant)
                    .compose(
                        done ->
                            tx.update(
                                RESERVE,
                                tenant,
                                of.what().word(),
                                of.part(),
                                node,
                                Math.max(0, ask.mine() + more),
                                LeaseRoom.HELD_MILLIS))
                    .map(more));
  }

  private static Future<Standing> standing(Tx tx, Budgeted of, UUID node, LeaseRoom.Ask ask) {
    return tx.one(
            of.what() == Budgeted.What.LEASES ? LEASES : RUNS,
            row -> new Standing(row.getLong("live"), row.getLong("others")),
            tx.tenant(),
            node,
            ask.limit() + 1,
            of.what().word(),
            of.project().orElse(null),
            of.part())
        .map(Optional::orElseThrow);
  }
}
