package io.hushbus.delivery;

import io.hushbus.db.Statements;
import io.hushbus.db.Tx;
import io.hushbus.model.EventPosition;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Rows of table webhook_delivery. */
final class DeliveryStore {

  /** So many of an endpoint are remembered; of those that are settled, the newest. */
  private static final int MOST = 1000;

  private static final String LIST =
      """
      SELECT event_id, epoch, position, type, state, attempts, last_status, first_at, last_at
      FROM webhook_delivery
      WHERE tenant_id = $1 AND webhook_id = $2 AND ($3::uuid IS NULL OR event_id < $3)
      ORDER BY event_id DESC LIMIT $4
      """;

  private static final String FIND =
      """
      SELECT event_id, epoch, position, type, state, attempts, last_status, first_at, last_at
      FROM webhook_delivery WHERE tenant_id = $1 AND webhook_id = $2 AND event_id = $3
      """;

  private static final String ASK_AGAIN =
      """
      UPDATE webhook_delivery SET state = 'due'
      WHERE tenant_id = $1 AND webhook_id = $2 AND event_id = $3
        AND state IN ('parked', 'delivered', 'due')
      """;

  private static final String NEXT_DUE =
      """
      SELECT event_id, epoch, position, type, state, attempts, last_status, first_at, last_at
      FROM webhook_delivery WHERE tenant_id = $1 AND webhook_id = $2 AND state = 'due'
      ORDER BY event_id LIMIT 1
      """;

  private static final String REFUSED =
      """
      INSERT INTO webhook_delivery (tenant_id, webhook_id, event_id, epoch, position, type, state,
        attempts, last_status)
      VALUES ($1, $2, $3, $4, $5, $6, 'retrying', 1, $7)
      ON CONFLICT (tenant_id, webhook_id, event_id) DO UPDATE
      SET state = 'retrying', attempts = webhook_delivery.attempts + 1,
        last_status = excluded.last_status, last_at = clock_timestamp()
      """;

  private static final String SETTLE =
      """
      UPDATE webhook_delivery
      SET state = $4, attempts = attempts + $5, last_status = coalesce($6, last_status),
        last_at = clock_timestamp()
      WHERE tenant_id = $1 AND webhook_id = $2 AND event_id = $3
      """;

  private static final String PRUNE =
      """
      DELETE FROM webhook_delivery
      WHERE tenant_id = $1 AND webhook_id = $2 AND state IN ('delivered', 'lost')
        AND event_id < (
          SELECT event_id FROM webhook_delivery
          WHERE tenant_id = $1 AND webhook_id = $2
          ORDER BY event_id DESC OFFSET $3 LIMIT 1)
      """;

  private static final String PARKED =
      """
      SELECT count(*) AS parked FROM webhook_delivery
      WHERE tenant_id = $1 AND webhook_id = $2 AND state = 'parked'
      """;

  private DeliveryStore() {}

  static Future<List<Delivery>> before(Tx tx, UUID webhook, Optional<UUID> event, int limit) {
    return tx.list(LIST, DeliveryStore::read, tx.tenant(), webhook, event.orElse(null), limit);
  }

  static Future<Optional<Delivery>> find(Tx tx, UUID webhook, UUID event) {
    return tx.one(FIND, DeliveryStore::read, tx.tenant(), webhook, event);
  }

  static Future<Integer> askAgain(Tx tx, UUID webhook, UUID event) {
    return tx.update(ASK_AGAIN, tx.tenant(), webhook, event);
  }

  static Future<Optional<Delivery>> nextDue(Statements tx, TenantId tenant, UUID webhook) {
    return tx.one(NEXT_DUE, DeliveryStore::read, tenant, webhook);
  }

  static Future<Integer> refused(
      Statements tx, TenantId tenant, UUID webhook, Notice notice, String status) {
    return tx.update(
            REFUSED,
            tenant,
            webhook,
            notice.id(),
            notice.position().epoch(),
            notice.position().number(),
            notice.type(),
            status)
        .compose(done -> tx.update(PRUNE, tenant, webhook, MOST));
  }

  /** A try settled it; without a status there was none. */
  static Future<Integer> settle(
      Statements tx,
      TenantId tenant,
      UUID webhook,
      UUID event,
      Delivery.State state,
      Optional<String> status) {
    return tx.update(
        SETTLE,
        tenant,
        webhook,
        event,
        state.word(),
        status.isPresent() ? 1 : 0,
        status.orElse(null));
  }

  static Future<Long> parked(Statements tx, TenantId tenant, UUID webhook) {
    return tx.one(PARKED, row -> row.getLong("parked"), tenant, webhook).map(Optional::orElseThrow);
  }

  private static Delivery read(Row row) {
    return new Delivery(
        row.getUUID("event_id"),
        new EventPosition(row.getLong("epoch"), row.getLong("position")),
        row.getString("type"),
        Delivery.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
        row.getInteger("attempts"),
        row.getString("last_status"),
        row.get(OffsetDateTime.class, "first_at").toInstant(),
        row.get(OffsetDateTime.class, "last_at").toInstant());
  }
}
