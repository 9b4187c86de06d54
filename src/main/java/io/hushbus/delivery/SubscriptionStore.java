package io.hushbus.delivery;

import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.db.Tx;
import io.hushbus.model.EventPosition;
import io.hushbus.model.Principal;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Rows of table subscription. */
final class SubscriptionStore {

  static final String TABLE = "subscription";

  static final String COLUMNS =
      """
      subscription_id, owner_kind, owner_id, description, types, project_id, domain_id, secrets,
        acked_epoch, acked, acked_at, created_at, mac_generation, row_mac, place_mac
      """;

  /**
   * Holds the log's counter, so that every event is either before the subscription or after it, and
   * no two are made at once.
   */
  private static final String HOLD =
      """
      SELECT epoch, head FROM tenant_stream WHERE tenant_id = $1 FOR NO KEY UPDATE
      """;

  private static final String HEAD =
      """
      SELECT epoch, head FROM tenant_stream WHERE tenant_id = $1
      """;

  private static final String COUNT =
      """
      SELECT count(*) AS of_all,
        count(*) FILTER (WHERE owner_kind = $2 AND owner_id = $3) AS of_owner
      FROM subscription WHERE tenant_id = $1
      """;

  private static final String OLDEST =
      """
      SELECT position FROM event WHERE tenant_id = $1 AND epoch = $2 ORDER BY position LIMIT 1
      """;

  private static final String INSERT =
      """
      INSERT INTO subscription (tenant_id, subscription_id, owner_kind, owner_id, description,
        types, project_id, domain_id, secrets, acked_epoch, acked, mac_generation, row_mac,
        place_mac)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
      """;

  private static final String FIND =
      "SELECT "
          + COLUMNS
          + """

          FROM subscription WHERE tenant_id = $1 AND subscription_id = $2
          """;

  private static final String OF_OWNER =
      "SELECT "
          + COLUMNS
          + """

          FROM subscription
          WHERE tenant_id = $1 AND owner_kind = $2 AND owner_id = $3 AND subscription_id > $4
          ORDER BY subscription_id LIMIT $5
          """;

  private static final String ACKNOWLEDGE =
      """
      UPDATE subscription SET acked_epoch = $3, acked = $4, acked_at = clock_timestamp(), place_mac = $6
      WHERE tenant_id = $1 AND subscription_id = $2
        AND ($5 OR (acked_epoch, acked) < ($3, $4))
      """;

  private static final String DELETE =
      """
      DELETE FROM subscription WHERE tenant_id = $1 AND subscription_id = $2
      """;

  /** How many there are. */
  record Count(long ofAll, long ofOwner) {}

  private SubscriptionStore() {}

  /** The end of the log, which does not move before this transaction has ended. */
  static Future<EventPosition> hold(Tx tx) {
    return tx.one(HOLD, SubscriptionStore::head, tx.tenant()).map(Optional::orElseThrow);
  }

  /** The end of the log, which may move on. */
  static Future<EventPosition> head(Tx tx) {
    return tx.one(HEAD, SubscriptionStore::head, tx.tenant()).map(Optional::orElseThrow);
  }

  /** The place before the oldest event that is kept of the log that ends at {@code head}. */
  static Future<EventPosition> beforeOldest(Tx tx, EventPosition head) {
    return tx.one(OLDEST, row -> row.getLong("position"), tx.tenant(), head.epoch())
        .map(
            oldest -> oldest.map(first -> new EventPosition(head.epoch(), first - 1)).orElse(head));
  }

  static Future<Count> count(Tx tx, Principal owner) {
    return tx.one(
            COUNT,
            row -> new Count(row.getLong("of_all"), row.getLong("of_owner")),
            tx.tenant(),
            owner.kind().word(),
            owner.id())
        .map(Optional::orElseThrow);
  }

  static Future<Integer> insert(Tx tx, Keyring keyring, Cursors cursors, Subscription made) {
    RowMac mac = keyring.mac(made.canonical(tx.tenant()));
    return tx.update(
        INSERT,
        tx.tenant(),
        made.id(),
        made.owner().kind().word(),
        made.owner().id(),
        made.description(),
        made.selection().types().toArray(String[]::new),
        made.selection().project().orElse(null),
        made.selection().domain().orElse(null),
        made.selection().secrets().toArray(String[]::new),
        made.acked().epoch(),
        made.acked().number(),
        mac.generation(),
        mac.tag(),
        cursors.mark(TABLE, tx.tenant(), made.id(), made.acked()));
  }

  static Future<Optional<Stored<Subscription>>> find(Tx tx, UUID id) {
    return tx.one(FIND, row -> stored(tx.tenant(), row), tx.tenant(), id);
  }

  static Future<List<Stored<Subscription>>> of(Tx tx, Principal owner, UUID after, int limit) {
    return tx.list(
        OF_OWNER,
        row -> stored(tx.tenant(), row),
        tx.tenant(),
        owner.kind().word(),
        owner.id(),
        after,
        limit);
  }

  /**
   * @param anywhere whether the place may also move back
   */
  static Future<Integer> acknowledge(
      Tx tx, Cursors cursors, UUID id, EventPosition place, boolean anywhere) {
    return tx.update(
        ACKNOWLEDGE,
        tx.tenant(),
        id,
        place.epoch(),
        place.number(),
        anywhere,
        cursors.mark(TABLE, tx.tenant(), id, place));
  }

  static Future<Integer> delete(Tx tx, UUID id) {
    return tx.update(DELETE, tx.tenant(), id);
  }

  static Stored<Subscription> stored(TenantId tenant, Row row) {
    Subscription value =
        new Subscription(
            row.getUUID("subscription_id"),
            new Principal(Principal.Kind.of(row.getString("owner_kind")), row.getUUID("owner_id")),
            row.getString("description"),
            Selection.read(row),
            new EventPosition(row.getLong("acked_epoch"), row.getLong("acked")),
            row.get(OffsetDateTime.class, "acked_at").toInstant(),
            row.get(OffsetDateTime.class, "created_at").toInstant());
    return new Stored<>(
        value,
        TABLE,
        value.id(),
        value.canonical(tenant),
        Stored.mac(row),
        Stored.Kept.read(row, "acked_epoch", "acked"));
  }

  private static EventPosition head(Row row) {
    return new EventPosition(row.getLong("epoch"), row.getLong("head"));
  }
}
