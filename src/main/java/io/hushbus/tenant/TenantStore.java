package io.hushbus.tenant;

import io.hushbus.crypto.Keyring.WrappedKek;
import io.hushbus.db.Statements;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The rows that make a tenant. */
final class TenantStore {

  private static final byte[] NO_HASH = new byte[32];

  private static final String NEW_TENANT =
      """
      INSERT INTO tenant (tenant_id, name, operating) VALUES ($1, $2, $3)
      RETURNING tenant_id, name, state, operating, created_at
      """;

  private static final String FIRST_KEY =
      """
      INSERT INTO tenant_key (tenant_id, generation, root_key_id, wrapped, key_check, is_primary)
      VALUES ($1, $2, $3, $4, $5, true)
      """;

  private static final String NEW_STREAM =
      """
      INSERT INTO tenant_stream (tenant_id, epoch)
      SELECT $1::uuid, epoch FROM installation
      """;

  private static final String NEW_CHAIN =
      """
      INSERT INTO audit_chain (tenant_id, hash, mac) VALUES ($1, $2, $3)
      """;

  private static final String TENANT_NAMED =
      """
      SELECT tenant_id, name, state, operating, created_at FROM tenant
      WHERE name = $1 AND state <> 'deleted'
      """;

  private static final String LIVING =
      """
      SELECT tenant_id, name, state, operating, created_at FROM tenant
      WHERE tenant_id = $1 AND state = 'active'
      """;

  private static final String TENANTS_AFTER =
      """
      SELECT tenant_id, name, state, operating, created_at FROM tenant
      WHERE name > $1 AND state <> 'deleted' ORDER BY name LIMIT $2
      """;

  private static final String OPERATING_TENANT =
      """
      SELECT tenant_id, name, state, operating, created_at FROM tenant WHERE operating
      """;

  private TenantStore() {}

  /** Fails with a conflict if a living tenant has the name. */
  static Future<Tenant> insert(
      Statements tx, TenantId id, String name, boolean operating, WrappedKek kek, byte[] chain) {
    Future<Optional<Tenant>> made = tx.one(NEW_TENANT, Tenant::read, id, name, operating);
    List<Future<?>> rest =
        List.of(
            tx.update(FIRST_KEY, id, kek.generation(), kek.rootKeyId(), kek.wrapped(), kek.check()),
            tx.update(NEW_STREAM, id),
            tx.update(NEW_CHAIN, id, NO_HASH, chain));
    return Stores.unique(made, "tenant_by_name", () -> Failure.conflict(Failure.Reason.NAME_TAKEN))
        .compose(tenant -> Future.all(rest).map(all -> tenant.orElseThrow()));
  }

  static Future<Optional<Tenant>> named(Statements tx, String name) {
    return tx.one(TENANT_NAMED, Tenant::read, name);
  }

  static Future<Optional<Tenant>> living(Statements tx, TenantId id) {
    return tx.one(LIVING, Tenant::read, id);
  }

  static Future<Page<Tenant>> after(Statements tx, String name, int limit) {
    return tx.list(TENANTS_AFTER, Tenant::read, name, limit + 1).map(rows -> Page.of(rows, limit));
  }

  static Future<UUID> operating(Statements tx) {
    return tx.one(OPERATING_TENANT, Tenant::read).map(one -> one.orElseThrow().id().value());
  }
}
