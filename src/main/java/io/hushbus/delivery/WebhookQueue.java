package io.hushbus.delivery;

import io.hushbus.db.Db;
import io.hushbus.db.SystemTx;
import io.hushbus.db.Tx;
import io.hushbus.model.EventPosition;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Who posts to which endpoint, and how far each has got. An endpoint is one node's at a time, by a
 * lease in its row under a number that grows with each holder: what a node writes that was paused
 * past its time changes nothing.
 */
final class WebhookQueue {

  private static final String TENANTS =
      """
      SELECT DISTINCT tenant_id FROM webhook WHERE enabled
      """;

  private static final String CLAIM =
      """
      WITH due AS (
        SELECT w.tenant_id, w.webhook_id,
          row_number() OVER (PARTITION BY w.tenant_id ORDER BY w.last_at NULLS FIRST) AS nth
        FROM webhook w
        JOIN tenant_stream s ON s.tenant_id = w.tenant_id
        JOIN tenant t ON t.tenant_id = w.tenant_id AND t.state = 'active'
        WHERE w.enabled AND (w.held_until IS NULL OR w.held_until < clock_timestamp())
          AND (EXISTS (
              SELECT FROM webhook_delivery d
              WHERE d.tenant_id = w.tenant_id AND d.webhook_id = w.webhook_id AND d.state = 'due')
            OR ((s.epoch, s.head) <> (w.epoch, w.position)
              AND (w.next_at IS NULL OR w.next_at <= clock_timestamp()
                OR w.probe_at <= clock_timestamp())))),
      picked AS (
        SELECT due.tenant_id, due.webhook_id
        FROM due
        LEFT JOIN unnest($3::uuid[], $4::int[]) AS busy (tenant_id, posts) USING (tenant_id)
        WHERE due.nth + coalesce(busy.posts, 0) <= $5
        ORDER BY due.nth LIMIT $6),
      w AS (
        UPDATE webhook SET holder = $1, fence = webhook.fence + 1,
          held_until = clock_timestamp() + $2::float8 * interval '1 millisecond'
        FROM picked
        WHERE webhook.tenant_id = picked.tenant_id AND webhook.webhook_id = picked.webhook_id
          AND (webhook.held_until IS NULL OR webhook.held_until < clock_timestamp())
        RETURNING webhook.*)
      """
          + "SELECT "
          + WebhookStore.COLUMNS
          + """
          , w.fence, w.next_at IS NULL OR w.next_at <= clock_timestamp() AS due
          FROM w
          """;

  private static final String MOVE =
      """
      UPDATE webhook
      SET epoch = $5, position = $6, place_mac = $9, attempts = 0, failing_since = NULL, next_at = NULL,
        probe_at = NULL, last_status = coalesce($7, last_status),
        last_at = CASE WHEN $7::text IS NULL THEN last_at ELSE clock_timestamp() END,
        held_until = clock_timestamp() + $8::float8 * interval '1 millisecond'
      WHERE tenant_id = $1 AND webhook_id = $2 AND holder = $3 AND fence = $4
      """;

  private static final String REFUSED =
      """
      UPDATE webhook
      SET attempts = $5, failing_since = coalesce(failing_since, clock_timestamp()),
        next_at = clock_timestamp() + $6::float8 * interval '1 millisecond',
        probe_at = CASE WHEN $7 THEN clock_timestamp() END, last_status = $8,
        last_at = clock_timestamp(), epoch = $10, position = $11, place_mac = $12,
        held_until = clock_timestamp() + $9::float8 * interval '1 millisecond'
      WHERE tenant_id = $1 AND webhook_id = $2 AND holder = $3 AND fence = $4
      """;

  private static final String PROBE_LATER =
      """
      UPDATE webhook
      SET probe_at = clock_timestamp() + $5::float8 * interval '1 millisecond',
        held_until = clock_timestamp() + $6::float8 * interval '1 millisecond'
      WHERE tenant_id = $1 AND webhook_id = $2 AND holder = $3 AND fence = $4
      """;

  private static final String HOLD =
      """
      UPDATE webhook SET held_until = clock_timestamp() + $5::float8 * interval '1 millisecond'
      WHERE tenant_id = $1 AND webhook_id = $2 AND holder = $3 AND fence = $4
      """;

  private static final String DISABLE =
      """
      UPDATE webhook SET enabled = false, disabled_for = $5, held_until = NULL
      WHERE tenant_id = $1 AND webhook_id = $2 AND holder = $3 AND fence = $4 AND enabled
      """;

  /**
   * An endpoint that this node may post to, until its lease is over.
   *
   * @param due whether the next event may be tried; else only the one after it, to see whether the
   *     endpoint takes others
   */
  record Claim(TenantId tenant, Stored<Webhook> row, long fence, boolean due) {

    /** Up to where it was told. */
    EventPosition at() {
      return row.kept().at();
    }

    Webhook webhook() {
      return row.value();
    }
  }

  private final Db db;
  private final Cursors cursors;
  private final UUID owner;
  private final Duration length;

  /**
   * @param owner this process: a random id made when it started
   * @param length how long an endpoint stays with a node that does not come back
   */
  WebhookQueue(Db db, Cursors cursors, UUID owner, Duration length) {
    this.db = db;
    this.cursors = cursors;
    this.owner = owner;
    this.length = length;
  }

  /** The tenants that have endpoints. */
  Future<Set<TenantId>> tenants() {
    return db.system(
        SystemTx.Job.WEBHOOKS,
        tx -> tx.list(TENANTS, row -> new TenantId(row.getUUID("tenant_id"))).map(Set::copyOf));
  }

  /**
   * Takes endpoints that have something to be told.
   *
   * @param busy how many of each tenant are posted to from here already
   */
  Future<List<Claim>> claim(Map<TenantId, Integer> busy, int ofTenant, int most) {
    List<Map.Entry<TenantId, Integer>> held = List.copyOf(busy.entrySet());
    return db.system(
        SystemTx.Job.WEBHOOKS,
        tx ->
            tx.list(
                CLAIM,
                WebhookQueue::read,
                owner,
                millis(length),
                held.stream().map(one -> one.getKey().value()).toArray(UUID[]::new),
                held.stream().map(Map.Entry::getValue).toArray(Integer[]::new),
                ofTenant,
                most));
  }

  /** Everything up to {@code at} is told; a status says that a call did it. */
  Future<Boolean> moved(Claim claim, EventPosition at, Optional<String> status) {
    return write(tx -> move(tx, claim, at, status));
  }

  /** The same, when the event had been refused before. */
  Future<Boolean> delivered(Claim claim, Notice notice, String status) {
    return write(
        tx ->
            fenced(
                move(tx, claim, notice.position(), Optional.of(status)),
                () ->
                    settle(tx, claim, notice.id(), Delivery.State.DELIVERED, Optional.of(status))));
  }

  /** The endpoint took {@code next} and not {@code poison}, which is put aside. */
  Future<Boolean> parked(Claim claim, Notice poison, Notice next, String status) {
    return write(
        tx ->
            fenced(
                move(tx, claim, next.position(), Optional.of(status)),
                () -> settle(tx, claim, poison.id(), Delivery.State.PARKED, Optional.empty())));
  }

  /**
   * The endpoint did not take the next event.
   *
   * @param at the place before it
   * @param notice the event; empty if it was the word that events are lost
   * @param attempts how often that was now
   */
  Future<Boolean> refused(
      Claim claim,
      EventPosition at,
      Optional<Notice> notice,
      int attempts,
      Duration pause,
      boolean probe,
      String status) {
    return write(
        tx ->
            fenced(
                tx.update(
                    REFUSED,
                    claim.tenant(),
                    claim.webhook().id(),
                    owner,
                    claim.fence(),
                    attempts,
                    millis(pause),
                    probe,
                    status,
                    millis(length),
                    at.epoch(),
                    at.number(),
                    mark(claim, at)),
                () ->
                    notice
                        .map(
                            one ->
                                DeliveryStore.refused(
                                    tx, claim.tenant(), claim.webhook().id(), one, status))
                        .orElseGet(() -> Future.succeededFuture(0))));
  }

  /** Whether the endpoint takes others is tried again after {@code pause}. */
  Future<Boolean> probeLater(Claim claim, Duration pause) {
    return write(
        tx ->
            tx.update(
                PROBE_LATER,
                claim.tenant(),
                claim.webhook().id(),
                owner,
                claim.fence(),
                millis(pause),
                millis(length)));
  }

  /** The oldest that was asked for again. */
  Future<Optional<Delivery>> nextDue(Claim claim) {
    return db.system(
        SystemTx.Job.WEBHOOKS,
        tx -> DeliveryStore.nextDue(tx, claim.tenant(), claim.webhook().id()));
  }

  /** What came of one that was asked for again. */
  Future<Boolean> settled(
      Claim claim, Delivery delivery, Delivery.State state, Optional<String> status) {
    return write(
        tx ->
            fenced(hold(tx, claim, length), () -> settle(tx, claim, delivery.id(), state, status)));
  }

  Future<Long> parked(Claim claim) {
    return db.system(
        SystemTx.Job.WEBHOOKS,
        tx -> DeliveryStore.parked(tx, claim.tenant(), claim.webhook().id()));
  }

  /** Gives the endpoint back: at once, or for nobody to take before {@code pause}. */
  Future<Boolean> release(Claim claim, Duration pause) {
    return write(tx -> hold(tx, claim, pause));
  }

  /** Switches the endpoint off, in the transaction that says so; 0 if another has it by now. */
  Future<Integer> disable(Tx tx, Claim claim, String reason) {
    return tx.update(DISABLE, tx.tenant(), claim.webhook().id(), owner, claim.fence(), reason);
  }

  private Future<Boolean> write(Function<SystemTx, Future<Integer>> work) {
    return db.system(SystemTx.Job.WEBHOOKS, work).map(rows -> rows == 1);
  }

  /** The second only if the first, which looks at the fence, found its row. */
  private static Future<Integer> fenced(Future<Integer> first, Supplier<Future<Integer>> second) {
    return first.compose(rows -> rows == 1 ? second.get().map(rows) : Future.succeededFuture(rows));
  }

  private Future<Integer> move(
      SystemTx tx, Claim claim, EventPosition at, Optional<String> status) {
    return tx.update(
        MOVE,
        claim.tenant(),
        claim.webhook().id(),
        owner,
        claim.fence(),
        at.epoch(),
        at.number(),
        status.orElse(null),
        millis(length),
        mark(claim, at));
  }

  private byte[] mark(Claim claim, EventPosition at) {
    return cursors.mark(WebhookStore.TABLE, claim.tenant(), claim.webhook().id(), at);
  }

  private Future<Integer> hold(SystemTx tx, Claim claim, Duration pause) {
    return tx.update(
        HOLD, claim.tenant(), claim.webhook().id(), owner, claim.fence(), millis(pause));
  }

  private static Future<Integer> settle(
      SystemTx tx, Claim claim, UUID event, Delivery.State state, Optional<String> status) {
    return DeliveryStore.settle(tx, claim.tenant(), claim.webhook().id(), event, state, status);
  }

  private static double millis(Duration time) {
    return time.toMillis();
  }

  private static Claim read(Row row) {
    TenantId tenant = new TenantId(row.getUUID("tenant_id"));
    return new Claim(
        tenant, WebhookStore.stored(tenant, row), row.getLong("fence"), row.getBoolean("due"));
  }
}
