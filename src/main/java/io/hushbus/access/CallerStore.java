package io.hushbus.access;

import io.hushbus.db.Statements;
import io.hushbus.db.Tx;
import io.hushbus.model.Caller;
import io.hushbus.model.Principal;
import io.hushbus.model.Role;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Finds who a live key belongs to, and what they were made. Expired and revoked keys, deleted
 * accounts and unknown keys are all the same: no row. Time is the database's.
 */
final class CallerStore {

  /**
   * The account of a key.
   *
   * @param left how long the key still holds, if it expires
   */
  record Found(
      TenantId tenant,
      String tenantName,
      UUID key,
      UUID account,
      String accountName,
      Optional<Duration> left,
      List<Level> levels) {

    List<Caller.Binding> bindings() {
      return levels.stream().flatMap(level -> level.binding().stream()).distinct().toList();
    }

    List<Caller.AtCommunity> communities() {
      return levels.stream().flatMap(level -> level.atCommunity().stream()).distinct().toList();
    }

    Principal principal() {
      return new Principal(Principal.Kind.SERVICE_ACCOUNT, account);
    }
  }

  /**
   * One role and where it holds: at a project, by way of a community if that is named too; at the
   * community named; or at the tenant.
   */
  private record Level(Role role, Optional<UUID> project, Optional<UUID> community) {

    Optional<Caller.Binding> binding() {
      return project.isEmpty() && community.isPresent()
          ? Optional.empty()
          : Optional.of(new Caller.Binding(role, project));
    }

    Optional<Caller.AtCommunity> atCommunity() {
      return project.isEmpty()
          ? community.map(place -> new Caller.AtCommunity(role, place))
          : Optional.empty();
    }
  }

  private static final String ACCOUNT_OF_LIVE_KEY =
      """
      SELECT k.tenant_id, t.name AS tenant_name, k.key_id, k.account_id, a.name AS account_name,
        floor(extract(epoch FROM k.expires_at - clock_timestamp()) * 1000)::bigint AS left_ms,
        ARRAY(
          SELECT concat_ws(' ', b.role, coalesce(b.project_id::text, '-'),
            coalesce(b.community_id::text, '-'))
          FROM role_binding b
          WHERE b.tenant_id = k.tenant_id AND b.principal_kind = 'service_account'
            AND b.principal_id = k.account_id
          UNION ALL
          SELECT concat_ws(' ', b.role, p.project_id, b.community_id)
          FROM role_binding b
          JOIN project p ON p.tenant_id = b.tenant_id AND p.community_id = b.community_id
          WHERE b.tenant_id = k.tenant_id AND b.principal_kind = 'service_account'
            AND b.principal_id = k.account_id) AS bindings
      FROM service_account_key k
      JOIN service_account a ON a.tenant_id = k.tenant_id AND a.account_id = k.account_id
      JOIN tenant t ON t.tenant_id = k.tenant_id
      WHERE k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > clock_timestamp())
        AND a.deleted_at IS NULL AND t.state = 'active'
      """;

  private static final String BY_MAC = ACCOUNT_OF_LIVE_KEY + " AND k.mac = ANY ($1)";

  private static final String BY_ID =
      ACCOUNT_OF_LIVE_KEY + " AND k.tenant_id = $1 AND k.key_id = $2 AND k.account_id = $3";

  private CallerStore() {}

  static Future<Optional<Found>> byMac(Statements tx, byte[][] macs) {
    return tx.one(BY_MAC, CallerStore::read, (Object) macs);
  }

  static Future<Optional<Found>> byId(Tx tx, UUID key, UUID account) {
    return tx.one(BY_ID, CallerStore::read, tx.tenant(), key, account);
  }

  private static Found read(Row row) {
    return new Found(
        new TenantId(row.getUUID("tenant_id")),
        row.getString("tenant_name"),
        row.getUUID("key_id"),
        row.getUUID("account_id"),
        row.getString("account_name"),
        Optional.ofNullable(row.getLong("left_ms")).map(Duration::ofMillis),
        Stream.of(row.getArrayOfStrings("bindings")).map(CallerStore::level).toList());
  }

  private static Level level(String text) {
    String[] parts = text.split(" ", 3);
    Role role =
        Role.of(parts[0])
            .orElseThrow(
                () -> new IllegalStateException("role_binding holds a role that never was"));
    return new Level(role, id(parts[1]), id(parts[2]));
  }

  private static Optional<UUID> id(String text) {
    return text.equals("-") ? Optional.empty() : Optional.of(UUID.fromString(text));
  }
}
