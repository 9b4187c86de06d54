package io.hushbus.delivery;

import io.hushbus.db.Db;
import io.hushbus.db.SystemTx;
import io.hushbus.db.Tx;
import io.hushbus.model.EventPosition;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Reads the event logs: one tenant's for a reader that catches up, those of many tenants at once
 * for the follower. Committed rows only, in position order.
 */
final class EventLog {

  /** The most events read at once of one log. */
  static final int PAGE = 500;

  private static final String HEAD =
      """
      SELECT tenant_id, epoch, head FROM tenant_stream WHERE tenant_id = $1
      """;

  private static final String HEADS =
      """
      SELECT tenant_id, epoch, head FROM tenant_stream WHERE tenant_id = ANY ($1::uuid[])
      """;

  private static final String EVERY_HEAD =
      """
      SELECT s.tenant_id, s.epoch, s.head
      FROM tenant_stream s JOIN tenant t ON t.tenant_id = s.tenant_id
      WHERE t.state = 'active'
      """;

  private static final String OLDEST =
      """
      SELECT event.position
      FROM event JOIN tenant_stream USING (tenant_id, epoch)
      WHERE tenant_id = $1
      ORDER BY event.position LIMIT 1
      """;

  private static final String EVENTS =
      """
      SELECT tenant_id, epoch, position, event_id, type, subject, project_id, domain_id,
             coalesce(data ->> 'secret_id', data #>> '{selector,secret_id}') AS secret_id,
             data ->> 'name' AS secret_name, data ->> 'secret_ids' AS secret_ids,
             coalesce(data ->> 'run_id', data #>> '{selector,run_id}') AS run_id,
             coalesce(data #>> '{selector,run_id}', data #>> '{selector,holder_id}') AS holder_id,
             data::text AS data, at
      """;

  private static final String AFTER =
      EVENTS
          + """
          FROM event
          WHERE tenant_id = $1 AND epoch = $2 AND position > $3
          ORDER BY position LIMIT $4
          """;

  private static final String UP_TO =
      EVENTS
          + """
          FROM event
          WHERE tenant_id = $1 AND epoch = $2 AND position <= $3
          ORDER BY position DESC LIMIT $4
          """;

  private static final String AFTER_EACH =
      EVENTS
          + """
          FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS place (reader, seen_epoch, seen)
          CROSS JOIN LATERAL (
            SELECT * FROM event
            WHERE tenant_id = place.reader AND epoch = place.seen_epoch AND position > place.seen
            ORDER BY position LIMIT $4) AS unseen
          ORDER BY tenant_id, position
          """;

  private static final Instant OLDEST_TIME = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant LATEST_TIME = Instant.parse("9999-12-31T23:59:59Z");

  private final Db db;
  private final Notices notices;

  EventLog(Db db, Notices notices) {
    this.db = db;
    this.notices = notices;
  }

  /** Where {@code start} is: the end of the log, or before its oldest event, or as it says. */
  Future<EventPosition> locate(TenantId tenant, Start start) {
    return switch (start) {
      case Start.Now() -> db.read(tenant, this::head);
      case Start.Earliest() -> db.read(tenant, this::beforeOldest);
      case Start.After(var position) -> Future.succeededFuture(position);
    };
  }

  /** The events after {@code place}, at most {@link #PAGE}, and the head of the log. */
  Future<Page> page(TenantId tenant, EventPosition place) {
    return db.read(tenant, tx -> page(tx, place));
  }

  /** The events up to {@code place}, the newest first, at most {@link #PAGE}. */
  Future<Page> pageBack(TenantId tenant, EventPosition place) {
    return db.read(
            tenant,
            tx ->
                tx.list(
                    UP_TO,
                    row -> notices.encode(event(row)),
                    tx.tenant(),
                    place.epoch(),
                    place.number(),
                    PAGE))
        .map(found -> new Page(place, found, found.size() == PAGE));
  }

  /** The event at {@code position}; empty if it is kept no more. */
  Future<Optional<Notice>> at(TenantId tenant, EventPosition position) {
    EventPosition before = new EventPosition(position.epoch(), position.number() - 1);
    return db.read(
            tenant,
            tx ->
                tx.list(
                    AFTER,
                    row -> notices.encode(event(row)),
                    tx.tenant(),
                    before.epoch(),
                    before.number(),
                    1))
        .map(found -> found.stream().filter(one -> one.position().equals(position)).findFirst());
  }

  /**
   * What a look at several logs found.
   *
   * @param after the events after each place that was given, in order
   */
  record Seen(Map<TenantId, EventPosition> heads, Map<TenantId, List<Notice>> after) {}

  /**
   * The heads of the logs of those tenants that have one, and the events after these places, at
   * most {@link #PAGE} of each tenant. The heads are asked for first: no event up to them is
   * missed.
   */
  Future<Seen> look(Collection<TenantId> tenants, Map<TenantId, EventPosition> places) {
    UUID[] ids = tenants.stream().map(TenantId::value).toArray(UUID[]::new);
    return db.systemRead(
        SystemTx.Job.LOG_FOLLOWER,
        tx -> {
          Future<RowSet<Row>> heads = tx.query(HEADS, (Object) ids);
          Future<Map<TenantId, List<Notice>>> after = after(tx, places);
          return Future.all(heads, after)
              .map(both -> new Seen(heads(heads.result()), after.result()));
        });
  }

  /** The heads of the logs of all tenants. */
  Future<Map<TenantId, EventPosition>> everyHead() {
    return db.systemRead(SystemTx.Job.LOG_FOLLOWER, tx -> tx.query(EVERY_HEAD))
        .map(EventLog::heads);
  }

  private static Map<TenantId, EventPosition> heads(Iterable<Row> rows) {
    Map<TenantId, EventPosition> heads = new HashMap<>();
    rows.forEach(row -> heads.put(tenant(row), position(row, "head")));
    return heads;
  }

  /** The events after each place, at most {@link #PAGE} of each tenant, in one statement. */
  Future<Map<TenantId, List<Notice>>> after(Map<TenantId, EventPosition> places) {
    return db.systemRead(SystemTx.Job.LOG_FOLLOWER, tx -> after(tx, places));
  }

  private Future<Map<TenantId, List<Notice>>> after(
      SystemTx tx, Map<TenantId, EventPosition> places) {
    if (places.isEmpty()) {
      return Future.succeededFuture(Map.of());
    }
    List<Map.Entry<TenantId, EventPosition>> list = List.copyOf(places.entrySet());
    return tx.list(
            AFTER_EACH,
            EventLog::event,
            list.stream().map(place -> place.getKey().value()).toArray(UUID[]::new),
            list.stream().map(place -> place.getValue().epoch()).toArray(Long[]::new),
            list.stream().map(place -> place.getValue().number()).toArray(Long[]::new),
            PAGE)
        .map(this::byTenant);
  }

  private Future<Page> page(Tx tx, EventPosition place) {
    Future<EventPosition> head = head(tx); // sent first: the rows are never older than it
    Future<List<Notice>> rows =
        tx.list(
            AFTER,
            row -> notices.encode(event(row)),
            tx.tenant(),
            place.epoch(),
            place.number(),
            PAGE);
    return Future.all(head, rows)
        .map(both -> new Page(head.result(), rows.result(), rows.result().size() == PAGE));
  }

  private Future<EventPosition> head(Tx tx) {
    return tx.one(HEAD, row -> position(row, "head"), tx.tenant())
        .map(head -> head.orElseThrow(() -> Failure.missing("tenant")));
  }

  private Future<EventPosition> beforeOldest(Tx tx) {
    Future<EventPosition> head = head(tx);
    Future<Optional<Long>> oldest = tx.one(OLDEST, row -> row.getLong("position"), tx.tenant());
    return Future.all(head, oldest)
        .map(
            both ->
                oldest
                    .result()
                    .map(number -> new EventPosition(head.result().epoch(), number - 1))
                    .orElse(head.result()));
  }

  private Map<TenantId, List<Notice>> byTenant(List<LoggedEvent> events) {
    return events.stream()
        .collect(
            Collectors.groupingBy(
                LoggedEvent::tenant,
                LinkedHashMap::new,
                Collectors.mapping(notices::encode, Collectors.toList())));
  }

  private static LoggedEvent event(Row row) {
    return new LoggedEvent(
        tenant(row),
        position(row, "position"),
        row.getUUID("event_id"),
        row.getString("type"),
        row.getString("subject"),
        Optional.ofNullable(row.getUUID("project_id")),
        Optional.ofNullable(row.getUUID("domain_id")),
        Optional.ofNullable(row.getString("secret_id")),
        Optional.ofNullable(row.getString("secret_name")),
        Optional.ofNullable(row.getString("secret_ids")),
        Optional.ofNullable(row.getString("run_id")),
        Optional.ofNullable(row.getString("holder_id")),
        row.getString("data"),
        writable(row.get(OffsetDateTime.class, "at").toInstant()));
  }

  /** The time as one that RFC 3339 can write: PostgreSQL knows infinite ones, and far years. */
  private static Instant writable(Instant at) {
    if (at.isBefore(OLDEST_TIME)) {
      return OLDEST_TIME;
    }
    return at.isAfter(LATEST_TIME) ? LATEST_TIME : at;
  }

  private static TenantId tenant(Row row) {
    return new TenantId(row.getUUID("tenant_id"));
  }

  private static EventPosition position(Row row, String number) {
    return new EventPosition(row.getLong("epoch"), row.getLong(number));
  }
}
