package io.hushbus.access;

import io.hushbus.crypto.CryptoPool;
import io.hushbus.model.Principal;
import io.hushbus.model.Role;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.KeyedRows;
import io.hushbus.tenant.MacedRow;
import io.hushbus.tenant.MacedRows;
import io.hushbus.tenant.MacedTable;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Role bindings, keys of accounts and identity providers under their tenant's key: by their MACs. A
 * key that was revoked has none any more, and stays without.
 */
public final class KeyedAccess {

  private static final String BINDINGS =
      """
      SELECT b.binding_id, b.principal_kind, b.principal_id, b.role, b.project_id, b.community_id,
        b.created_by, b.mac_generation, b.row_mac
      FROM role_binding b
      WHERE b.tenant_id = $1 AND b.mac_generation <> $2
      """;

  private static final String KEYS =
      """
      SELECT k.key_id, k.account_id, k.mac, k.pepper_generation, k.created_by, k.expires_at,
        k.mac_generation, k.row_mac
      FROM service_account_key k
      WHERE k.tenant_id = $1 AND k.mac_generation <> $2 AND k.row_mac <> ''
      """;

  private static final String PROVIDERS =
      """
      SELECT p.provider_id, p.revision, p.kind, p.issuer, p.audience, p.definition, p.created_by,
        p.mac_generation, p.row_mac
      FROM identity_provider p
      WHERE p.tenant_id = $1 AND p.mac_generation <> $2
      """;

  private KeyedAccess() {}

  /** Every table of this package whose rows depend on the tenants' keys. */
  public static List<KeyedRows> all(CryptoPool pool) {
    return Stream.of(
            MacedTable.of("role_binding", "b", "binding_id", BINDINGS, KeyedAccess::binding),
            MacedTable.of("service_account_key", "k", "key_id", KEYS, KeyedAccess::key),
            MacedTable.of("identity_provider", "p", "provider_id", PROVIDERS, ProviderStore::maced))
        .<KeyedRows>map(table -> new MacedRows(table, pool))
        .toList();
  }

  private static MacedRow key(Row row, TenantId tenant) {
    var key = CallerStore.key(row, tenant, row.getUUID("account_id"));
    return MacedRow.of(key.content(), key.mac());
  }

  private static MacedRow binding(Row row, TenantId tenant) {
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
            row.getUUID("binding_id"),
            principal,
            role,
            Optional.ofNullable(row.getUUID("project_id")),
            Optional.ofNullable(row.getUUID("community_id")),
            row.getString("created_by"));
    return MacedRow.of(content, MacedRow.mac(row, ""));
  }
}
