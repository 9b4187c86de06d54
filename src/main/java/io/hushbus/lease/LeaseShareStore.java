package io.hushbus.lease;

import io.hushbus.db.Tx;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.UUID;

/** The table {@code lease_share}: what each node has reserved of a tenant's quota of leases. */
final class LeaseShareStore {

  /** One node at a time for each tenant; other work of the tenant does not wait. */
  private static final String ALONE =
      """
      SELECT pg_advisory_xact_lock(hashtextextended('lease_share ' || $1::uuid::text, 0))
      """;

  private static final String STANDING =
      "SELECT ("
          + HoldingStore.LIVE_OF_TENANT
          + """
          ) AS live,
            (SELECT coalesce(sum(s.reserved), 0)::bigint FROM lease_share s
             WHERE s.tenant_id = $1 AND s.node_id <> $2 AND s.ends_at > clock_timestamp()) AS others
          """;

  private static final String RESERVE =
      """
      INSERT INTO lease_share (tenant_id, node_id, reserved, ends_at)
      VALUES ($1, $2, $3, clock_timestamp() + $4::bigint * interval '1 millisecond')
      ON CONFLICT (tenant_id, node_id) DO UPDATE
      SET reserved = excluded.reserved, ends_at = excluded.ends_at
      """;

  private static final String FORGET =
      """
      DELETE FROM lease_share WHERE tenant_id = $1 AND ends_at < clock_timestamp() - interval '1 hour'
      """;

  private record Standing(long live, long others) {}

  /** Reserves as the ask says for what is there; gives how much more than before. */
  Future<Long> reserve(Tx tx, UUID node, LeaseRoom.Ask ask) {
    TenantId tenant = tx.tenant();
    return tx.query(ALONE, tenant.value())
        .compose(alone -> standing(tx, node, ask))
        .map(now -> ask.more(now.live(), now.others()))
        .compose(
            more ->
                tx.update(FORGET, tenant)
                    .compose(
                        done ->
                            tx.update(
                                RESERVE,
                                tenant,
                                node,
                                Math.max(0, ask.mine() + more),
                                LeaseRoom.HELD_MILLIS))
                    .map(more));
  }

  private static Future<Standing> standing(Tx tx, UUID node, LeaseRoom.Ask ask) {
    return tx.one(
            STANDING,
            row -> new Standing(row.getLong("live"), row.getLong("others")),
            tx.tenant(),
            node,
            ask.limit() + 1)
        .map(Optional::orElseThrow);
  }
}
