package io.hushbus.delivery;

import io.hushbus.crypto.CryptoPool;
import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.db.SystemTx;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.hushbus.secret.SigningKeys;
import io.hushbus.tenant.KeyedRows;
import io.hushbus.tenant.MacedRow;
import io.hushbus.tenant.MacedRows;
import io.hushbus.tenant.MacedTable;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Subscriptions and webhooks under their tenant's key: by their MACs, and webhooks by the wrapping
 * of their signing keys too, of which there may be two.
 */
public final class KeyedDelivery implements KeyedRows {

  private static final UUID FIRST = new UUID(0, 0);

  private static final String SUBSCRIPTIONS =
      "SELECT "
          + SubscriptionStore.COLUMNS
          + """

          FROM subscription s
          WHERE s.tenant_id = $1 AND s.mac_generation <> $2
          """;

  private static final String BEHIND =
      """
      SELECT count(*) AS count FROM (
        SELECT FROM webhook WHERE tenant_id = $1 AND mac_generation <> $2 LIMIT $3) found
      """;

  private static final String NEXT =
      "SELECT "
          + WebhookStore.COLUMNS
          + """

          FROM webhook w
          WHERE w.tenant_id = $1 AND w.mac_generation <> $2 AND w.webhook_id > $3
          ORDER BY w.webhook_id LIMIT $4
          """;

  private static final String MOVE =
      """
      UPDATE webhook w
      SET mac_generation = $2, row_mac = moved.after, key_sealed = moved.key,
        old_sealed = moved.old
      FROM unnest($3::uuid[], $4::bytea[], $5::bytea[], $6::bytea[], $7::bytea[])
        AS moved (id, before, after, key, old)
      WHERE w.tenant_id = $1 AND w.webhook_id = moved.id AND w.row_mac = moved.before
      """;

  private record Moved(UUID id, RowMac before, RowMac after, byte[] key, byte @Nullable [] old) {}

  private final SigningKeys signing;
  private final CryptoPool pool;

  private KeyedDelivery(SigningKeys signing, CryptoPool pool) {
    this.signing = signing;
    this.pool = pool;
  }

  /** Every table of this package whose rows depend on the tenants' keys. */
  public static List<KeyedRows> all(SigningKeys signing, CryptoPool pool) {
    MacedTable subscriptions =
        MacedTable.of(
            SubscriptionStore.TABLE,
            "s",
            "subscription_id",
            SUBSCRIPTIONS,
            KeyedDelivery::subscription);
    return List.of(new MacedRows(subscriptions, pool), new KeyedDelivery(signing, pool));
  }

  private static MacedRow subscription(Row row, TenantId tenant) {
    Stored<Subscription> stored = SubscriptionStore.stored(tenant, row);
    return MacedRow.of(stored.content(), stored.mac());
  }

  @Override
  public String table() {
    return WebhookStore.TABLE;
  }

  @Override
  public Future<Long> behind(SystemTx tx, TenantId tenant, int primary, int most) {
    return tx.one(BEHIND, row -> row.getLong("count"), tenant, primary, most)
        .map(Optional::orElseThrow);
  }

  @Override
  public Future<Batch> advance(SystemTx tx, Keyring ring, String after, int limit) {
    UUID start = after.isEmpty() ? FIRST : UUID.fromString(after);
    TenantId tenant = ring.tenant();
    return tx.list(
            NEXT, row -> WebhookStore.stored(tenant, row), tenant, ring.primary(), start, limit)
        .compose(
            found ->
                pool.heavy(() -> moved(ring, found))
                    .compose(moved -> write(tx, ring, moved))
                    .map(moved -> Batch.of(last(found, limit), found.size(), moved)));
  }

  private static Optional<String> last(List<Stored<Webhook>> found, int limit) {
    return found.size() == limit ? Optional.of(found.getLast().id().toString()) : Optional.empty();
  }

  private List<Moved> moved(Keyring ring, List<Stored<Webhook>> found) {
    return found.stream().flatMap(row -> moved(ring, row).stream()).toList();
  }

  private Optional<Moved> moved(Keyring ring, Stored<Webhook> row) {
    if (!ring.knows(row.mac().generation()) || !ring.verifies(row.content(), row.mac())) {
      return Optional.empty();
    }
    Webhook.Keys keys = row.value().keys();
    try {
      byte[] key = rewrapped(ring, row.id(), keys.newest());
      byte[] old = keys.old().map(kept -> rewrapped(ring, row.id(), kept)).orElse(null);
      return Optional.of(new Moved(row.id(), row.mac(), ring.mac(row.content()), key, old));
    } catch (Failure.Integrity broken) {
      return Optional.empty();
    }
  }

  private byte[] rewrapped(Keyring ring, UUID id, SigningKeys.Kept key) {
    return signing.rewrapped(ring, id, key).sealed();
  }

  private Future<Integer> write(SystemTx tx, Keyring ring, List<Moved> moved) {
    return moved.isEmpty()
        ? Future.succeededFuture(0)
        : tx.update(
                MOVE,
                ring.tenant(),
                ring.primary(),
                moved.stream().map(Moved::id).toArray(UUID[]::new),
                moved.stream().map(one -> one.before().tag()).toArray(byte[][]::new),
                moved.stream().map(one -> one.after().tag()).toArray(byte[][]::new),
                moved.stream().map(Moved::key).toArray(byte[][]::new),
                moved.stream().map(Moved::old).toArray(byte[][]::new))
            .map(moved.size());
  }
}
