package io.hushbus.delivery;

import io.hushbus.crypto.CryptoPool;
import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.db.SystemTx;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.hushbus.secret.SigningKeys;
import io.hushbus.tenant.KeyedRows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Subscriptions and webhooks under their tenant's key: by their MACs, and webhooks by the wrapping
 * of their signing keys too.
 */
public final class KeyedDelivery implements KeyedRows {

  private static final UUID FIRST = new UUID(0, 0);

  private static final String SUBSCRIPTIONS_BEHIND =
      """
      SELECT count(*) AS count FROM (
        SELECT FROM subscription WHERE tenant_id = $1 AND mac_generation <> $2 LIMIT $3) found
      """;

  private static final String NEXT_SUBSCRIPTIONS =
      "SELECT "
          + SubscriptionStore.COLUMNS
          + """

          FROM subscription
          WHERE tenant_id = $1 AND mac_generation <> $2 AND subscription_id > $3
          ORDER BY subscription_id LIMIT $4
          """;

  private static final String MOVE_SUBSCRIPTIONS =
      """
      UPDATE subscription s SET mac_generation = $2, row_mac = moved.after
      FROM unnest($3::uuid[], $4::bytea[], $5::bytea[], $6::bytea[], $7::bytea[])
        AS moved (id, before, after, key, old)
      WHERE s.tenant_id = $1 AND s.subscription_id = moved.id AND s.row_mac = moved.before
      """;

  private static final String WEBHOOKS_BEHIND =
      """
      SELECT count(*) AS count FROM (
        SELECT FROM webhook WHERE tenant_id = $1 AND mac_generation <> $2 LIMIT $3) found
      """;

  private static final String NEXT_WEBHOOKS =
      "SELECT "
          + WebhookStore.COLUMNS
          + """

          FROM webhook w
          WHERE w.tenant_id = $1 AND w.mac_generation <> $2 AND w.webhook_id > $3
          ORDER BY w.webhook_id LIMIT $4
          """;

  private static final String MOVE_WEBHOOKS =
      """
      UPDATE webhook w
      SET mac_generation = $2, row_mac = moved.after, key_sealed = moved.key,
        old_sealed = moved.old
      FROM unnest($3::uuid[], $4::bytea[], $5::bytea[], $6::bytea[], $7::bytea[])
        AS moved (id, before, after, key, old)
      WHERE w.tenant_id = $1 AND w.webhook_id = moved.id AND w.row_mac = moved.before
      """;

  private record Texts(String behind, String next, String move) {}

  /** A row, and the signing keys that it keeps. */
  private record Found(Stored<?> row, Optional<Webhook.Keys> keys) {}

  private record Moved(
      UUID id, RowMac before, RowMac after, byte @Nullable [] key, byte @Nullable [] old) {}

  private final String table;
  private final Texts texts;
  private final BiFunction<TenantId, Row, Found> read;
  private final SigningKeys signing;
  private final CryptoPool pool;

  private KeyedDelivery(
      String table,
      Texts texts,
      BiFunction<TenantId, Row, Found> read,
      SigningKeys signing,
      CryptoPool pool) {
    this.table = table;
    this.texts = texts;
    this.read = read;
    this.signing = signing;
    this.pool = pool;
  }

  /** Every table of this package whose rows depend on the tenants' keys. */
  public static List<KeyedRows> all(SigningKeys signing, CryptoPool pool) {
    return List.of(
        new KeyedDelivery(
            SubscriptionStore.TABLE,
            new Texts(SUBSCRIPTIONS_BEHIND, NEXT_SUBSCRIPTIONS, MOVE_SUBSCRIPTIONS),
            (tenant, row) -> new Found(SubscriptionStore.stored(tenant, row), Optional.empty()),
            signing,
            pool),
        new KeyedDelivery(
            WebhookStore.TABLE,
            new Texts(WEBHOOKS_BEHIND, NEXT_WEBHOOKS, MOVE_WEBHOOKS),
            KeyedDelivery::webhook,
            signing,
            pool));
  }

  private static Found webhook(TenantId tenant, Row row) {
    Stored<Webhook> stored = WebhookStore.stored(tenant, row);
    return new Found(stored, Optional.of(stored.value().keys()));
  }

  @Override
  public String table() {
    return table;
  }

  @Override
  public Future<Long> behind(SystemTx tx, TenantId tenant, int primary, int most) {
    return tx.one(texts.behind(), row -> row.getLong("count"), tenant, primary, most)
        .map(Optional::orElseThrow);
  }

  @Override
  public Future<Batch> advance(SystemTx tx, Keyring ring, String after, int limit) {
    UUID start = after.isEmpty() ? FIRST : UUID.fromString(after);
    TenantId tenant = ring.tenant();
    return tx.list(
            texts.next(), row -> read.apply(tenant, row), tenant, ring.primary(), start, limit)
        .compose(
            found ->
                pool.heavy(() -> moved(ring, found))
                    .compose(moved -> write(tx, ring, moved))
                    .map(moved -> Batch.of(last(found, limit), found.size(), moved)));
  }

  private static Optional<String> last(List<Found> found, int limit) {
    return found.size() == limit
        ? Optional.of(found.getLast().row().id().toString())
        : Optional.empty();
  }

  private List<Moved> moved(Keyring ring, List<Found> found) {
    return found.stream().flatMap(row -> moved(ring, row).stream()).toList();
  }

  private Optional<Moved> moved(Keyring ring, Found found) {
    Stored<?> row = found.row();
    if (!ring.knows(row.mac().generation()) || !ring.verifies(row.content(), row.mac())) {
      return Optional.empty();
    }
    try {
      byte[] key = found.keys().map(keys -> rewrapped(ring, row.id(), keys.newest())).orElse(null);
      byte[] old =
          found
              .keys()
              .flatMap(Webhook.Keys::old)
              .map(kept -> rewrapped(ring, row.id(), kept))
              .orElse(null);
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
                texts.move(),
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
