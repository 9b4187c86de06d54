package io.hushbus.access;

import io.hushbus.crypto.CryptoPool;
import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.db.SystemTx;
import io.hushbus.model.Principal;
import io.hushbus.model.Role;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.KeyedRows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;

/**
 * Role bindings, keys of accounts and identity providers under their tenant's key: by their MACs. A
 * key that was revoked has none any more, and stays without.
 */
public final class KeyedAccess implements KeyedRows {

  private static final UUID FIRST = new UUID(0, 0);

  private static final String BINDINGS_BEHIND =
      """
      SELECT count(*) AS count FROM (
        SELECT FROM role_binding WHERE tenant_id = $1 AND mac_generation <> $2 LIMIT $3) found
      """;

  private static final String NEXT_BINDINGS =
      """
      SELECT binding_id, principal_kind, principal_id, role, project_id, community_id, created_by,
        mac_generation, row_mac
      FROM role_binding
      WHERE tenant_id = $1 AND mac_generation <> $2 AND binding_id > $3
      ORDER BY binding_id LIMIT $4
      """;

  private static final String MOVE_BINDINGS =
      """
      UPDATE role_binding b SET mac_generation = $2, row_mac = moved.after
      FROM unnest($3::uuid[], $4::bytea[], $5::bytea[]) AS moved (id, before, after)
      WHERE b.tenant_id = $1 AND b.binding_id = moved.id AND b.row_mac = moved.before
      """;

  private static final String KEYS_BEHIND =
      """
      SELECT count(*) AS count FROM (
        SELECT FROM service_account_key
        WHERE tenant_id = $1 AND mac_generation <> $2 AND row_mac <> '' LIMIT $3) found
      """;

  private static final String NEXT_KEYS =
      """
      SELECT key_id, account_id, mac, pepper_generation, created_by, expires_at,
        mac_generation, row_mac
      FROM service_account_key
      WHERE tenant_id = $1 AND mac_generation <> $2 AND row_mac <> '' AND key_id > $3
      ORDER BY key_id LIMIT $4
      """;

  private static final String MOVE_KEYS =
      """
      UPDATE service_account_key k SET mac_generation = $2, row_mac = moved.after
      FROM unnest($3::uuid[], $4::bytea[], $5::bytea[]) AS moved (id, before, after)
      WHERE k.tenant_id = $1 AND k.key_id = moved.id AND k.row_mac = moved.before
      """;

  private static final String PROVIDERS_BEHIND =
      """
      SELECT count(*) AS count FROM (
        SELECT FROM identity_provider WHERE tenant_id = $1 AND mac_generation <> $2 LIMIT $3) found
      """;

  private static final String NEXT_PROVIDERS =
      """
      SELECT provider_id, revision, kind, issuer, audience, definition, created_by,
        mac_generation, row_mac
      FROM identity_provider
      WHERE tenant_id = $1 AND mac_generation <> $2 AND provider_id > $3
      ORDER BY provider_id LIMIT $4
      """;

  private static final String MOVE_PROVIDERS =
      """
      UPDATE identity_provider p SET mac_generation = $2, row_mac = moved.after
      FROM unnest($3::uuid[], $4::bytea[], $5::bytea[]) AS moved (id, before, after)
      WHERE p.tenant_id = $1 AND p.provider_id = moved.id AND p.row_mac = moved.before
      """;

  private record Texts(String behind, String next, String move) {}

  private record Moved(UUID id, RowMac before, RowMac after) {}

  private final String table;
  private final Texts texts;
  private final BiFunction<Row, TenantId, RowMacs.Row<UUID>> read;
  private final CryptoPool pool;

  private KeyedAccess(
      String table,
      Texts texts,
      BiFunction<Row, TenantId, RowMacs.Row<UUID>> read,
      CryptoPool pool) {
    this.table = table;
    this.texts = texts;
    this.read = read;
    this.pool = pool;
  }

  /** Every table of this package whose rows depend on the tenants' keys. */
  public static List<KeyedRows> all(CryptoPool pool) {
    return List.of(
        new KeyedAccess(
            "role_binding",
            new Texts(BINDINGS_BEHIND, NEXT_BINDINGS, MOVE_BINDINGS),
            KeyedAccess::binding,
            pool),
        new KeyedAccess(
            "service_account_key",
            new Texts(KEYS_BEHIND, NEXT_KEYS, MOVE_KEYS),
            (row, tenant) -> CallerStore.key(row, tenant, row.getUUID("account_id")),
            pool),
        new KeyedAccess(
            "identity_provider",
            new Texts(PROVIDERS_BEHIND, NEXT_PROVIDERS, MOVE_PROVIDERS),
            ProviderStore::keyed,
            pool));
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
            texts.next(), row -> read.apply(row, tenant), tenant, ring.primary(), start, limit)
        .compose(
            found ->
                pool.heavy(() -> moved(ring, found))
                    .compose(moved -> write(tx, ring, moved))
                    .map(moved -> Batch.of(last(found, limit), found.size(), moved)));
  }

  private static Optional<String> last(List<RowMacs.Row<UUID>> found, int limit) {
    return found.size() == limit ? Optional.of(found.getLast().id().toString()) : Optional.empty();
  }

  private static List<Moved> moved(Keyring ring, List<RowMacs.Row<UUID>> found) {
    return found.stream().flatMap(row -> moved(ring, row).stream()).toList();
  }

  private static Optional<Moved> moved(Keyring ring, RowMacs.Row<UUID> row) {
    return ring.knows(row.mac().generation()) && ring.verifies(row.content(), row.mac())
        ? Optional.of(new Moved(row.id(), row.mac(), ring.mac(row.content())))
        : Optional.empty();
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
                moved.stream().map(one -> one.after().tag()).toArray(byte[][]::new))
            .map(moved.size());
  }

  private static RowMacs.Row<UUID> binding(Row row, TenantId tenant) {
    UUID id = row.getUUID("binding_id");
    Principal principal =
        new Principal(
            Principal.Kind.of(row.getString("principal_kind")), row.getUUID("principal_id"));
    Role role =
        Role.of(row.getString("role"))
            .orElseThrow(
                () -> new IllegalStateException("role_binding holds a role that never was"));
    var content =
        BindingStore.canonical(
            tenant,
            id,
            principal,
            role,
            Optional.ofNullable(row.getUUID("project_id")),
            Optional.ofNullable(row.getUUID("community_id")),
            row.getString("created_by"));
    RowMac mac = new RowMac(row.getInteger("mac_generation"), row.getBuffer("row_mac").getBytes());
    return new RowMacs.Row<>(id, "role_binding", id, content, mac);
  }
}
