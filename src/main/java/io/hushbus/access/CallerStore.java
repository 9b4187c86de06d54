package io.hushbus.access;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.RowMac;
import io.hushbus.db.Statements;
import io.hushbus.db.Tx;
import io.hushbus.model.Caller;
import io.hushbus.model.Principal;
import io.hushbus.model.Role;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.MacedRow;
import io.hushbus.tenant.ProjectRow;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HexFormat;
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
   * @param key the row of the key, by its id
   * @param left how long the key still holds, if it expires
   * @param expiresAt the same as a time, to be told
   */
  record Found(
      TenantId tenant,
      String tenantName,
      RowMacs.Row<UUID> key,
      UUID account,
      String accountName,
      Optional<Duration> left,
      Optional<Instant> expiresAt,
      List<RowMacs.Row<Level>> levels) {

    Principal principal() {
      return new Principal(Principal.Kind.SERVICE_ACCOUNT, account);
    }
  }

  /** An account and what it was made, without any key of it. */
  record Standing(
      String tenantName, Principal principal, String name, List<RowMacs.Row<Level>> levels) {}

  /**
   * One role and where it holds: at a project, by way of a community if that is named too; at the
   * community named; or at the tenant.
   */
  record Level(Role role, Optional<UUID> project, Optional<UUID> community) {

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

  /** The roles at the tenant and at projects, those by way of a community included. */
  static List<Caller.Binding> bindings(List<Level> levels) {
    return levels.stream().flatMap(level -> level.binding().stream()).distinct().toList();
  }

  /** The roles at communities themselves. */
  static List<Caller.AtCommunity> communities(List<Level> levels) {
    return levels.stream().flatMap(level -> level.atCommunity().stream()).distinct().toList();
  }

  /** What the account {@code a} was made. */
  private static final String BINDINGS =
      """
        ARRAY(
          SELECT concat_ws(' ', b.binding_id, b.role, coalesce(b.project_id::text, '-'),
            coalesce(b.community_id::text, '-'), '-', b.mac_generation,
            encode(b.row_mac, 'hex'), '-', b.created_by)
          FROM role_binding b
          WHERE b.tenant_id = a.tenant_id AND b.principal_kind = 'service_account'
            AND b.principal_id = a.account_id
          UNION ALL
          SELECT concat_ws(' ', b.binding_id, b.role, '-', b.community_id, p.project_id,
            b.mac_generation, encode(b.row_mac, 'hex'),
            concat_ws(':', encode(convert_to(p.name, 'UTF8'), 'hex'),
              encode(convert_to(p.folded_name, 'UTF8'), 'hex'), p.community_id, p.reveal,
              p.mac_generation, encode(p.row_mac, 'hex')),
            b.created_by)
          FROM role_binding b
          JOIN project p ON p.tenant_id = b.tenant_id AND p.community_id = b.community_id
          WHERE b.tenant_id = a.tenant_id AND b.principal_kind = 'service_account'
            AND b.principal_id = a.account_id) AS bindings
      """;

  private static final String LIVING_ACCOUNT =
      """
      SELECT a.tenant_id, t.name AS tenant_name, a.account_id, a.name AS account_name,
      """
          + BINDINGS
          + """
          FROM service_account a
          JOIN tenant t ON t.tenant_id = a.tenant_id
          WHERE a.tenant_id = $1 AND a.account_id = $2 AND a.deleted_at IS NULL
            AND t.state = 'active'
          """;

  static final String BY_MAC =
      accountOf(
          """
          unnest($1::bytea[]) AS asked (mac) CROSS JOIN LATERAL (
            SELECT * FROM service_account_key one WHERE one.mac = asked.mac LIMIT 1) k
          """);

  private static final String BY_ID =
      accountOf(
          """
          (SELECT * FROM service_account_key
           WHERE tenant_id = $1 AND key_id = $2 AND account_id = $3 LIMIT 1) k
          """);

  private CallerStore() {}

  /**
   * The account of a live key. The key is found first and the rest by it, one look into an index
   * each: as plain joins, of which a plan was kept that was made while the tables were small, it
   * began with every account there is.
   */
  private static String accountOf(String key) {
    return """
    SELECT k.tenant_id, t.name AS tenant_name, k.key_id, k.account_id, a.name AS account_name,
      k.mac, k.pepper_generation, k.created_by, k.expires_at, k.mac_generation, k.row_mac,
      floor(extract(epoch FROM k.expires_at - clock_timestamp()) * 1000)::bigint AS left_ms,
    """
        + BINDINGS
        + "FROM "
        + key
        + """
        CROSS JOIN LATERAL (
          SELECT * FROM service_account one
          WHERE one.tenant_id = k.tenant_id AND one.account_id = k.account_id LIMIT 1) a
        CROSS JOIN LATERAL (
          SELECT * FROM tenant one WHERE one.tenant_id = k.tenant_id LIMIT 1) t
        WHERE k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > clock_timestamp())
          AND a.deleted_at IS NULL AND t.state = 'active'
        """;
  }

  static Future<Optional<Found>> byMac(Statements tx, byte[][] macs) {
    return tx.one(BY_MAC, CallerStore::read, (Object) macs);
  }

  static Future<Optional<Found>> byId(Tx tx, UUID key, UUID account) {
    return tx.one(BY_ID, CallerStore::read, tx.tenant(), key, account);
  }

  /** A living account by its id, whatever keys it has: for what it left to be done in its name. */
  static Future<Optional<Standing>> account(Tx tx, UUID account) {
    return tx.one(LIVING_ACCOUNT, CallerStore::standing, tx.tenant(), account);
  }

  private static Standing standing(Row row) {
    TenantId tenant = new TenantId(row.getUUID("tenant_id"));
    Principal principal = new Principal(Principal.Kind.SERVICE_ACCOUNT, row.getUUID("account_id"));
    return new Standing(
        row.getString("tenant_name"),
        principal,
        row.getString("account_name"),
        levels(row, tenant, principal));
  }

  private static List<RowMacs.Row<Level>> levels(Row row, TenantId tenant, Principal principal) {
    return Stream.of(row.getArrayOfStrings("bindings"))
        .map(text -> level(text, tenant, principal))
        .toList();
  }

  private static Found read(Row row) {
    TenantId tenant = new TenantId(row.getUUID("tenant_id"));
    UUID account = row.getUUID("account_id");
    return new Found(
        tenant,
        row.getString("tenant_name"),
        key(row, tenant, account),
        account,
        row.getString("account_name"),
        Optional.ofNullable(row.getLong("left_ms")).map(Duration::ofMillis),
        expiresAt(row),
        levels(row, tenant, new Principal(Principal.Kind.SERVICE_ACCOUNT, account)));
  }

  static RowMacs.Row<UUID> key(Row row, TenantId tenant, UUID account) {
    UUID id = row.getUUID("key_id");
    Canonical content =
        AccountKeyStore.canonical(
            tenant,
            id,
            account,
            row.getBuffer("mac").getBytes(),
            row.getInteger("pepper_generation"),
            row.getString("created_by"),
            expiresAt(row));
    return new RowMacs.Row<>(id, "service_account_key", id, content, MacedRow.mac(row, ""));
  }

  private static Optional<Instant> expiresAt(Row row) {
    return Optional.ofNullable(row.getOffsetDateTime("expires_at")).map(OffsetDateTime::toInstant);
  }

  private static RowMacs.Row<Level> level(String text, TenantId tenant, Principal principal) {
    String[] parts = text.split(" ", 9);
    UUID id = UUID.fromString(parts[0]);
    Role role =
        Role.of(parts[1])
            .orElseThrow(
                () -> new IllegalStateException("role_binding holds a role that never was"));
    Optional<UUID> project = id(parts[2]);
    Optional<UUID> community = id(parts[3]);
    Optional<UUID> member = id(parts[4]);
    return new RowMacs.Row<>(
        new Level(role, project.or(() -> member), community),
        "role_binding",
        id,
        BindingStore.canonical(tenant, id, principal, role, project, community, parts[8]),
        mac(parts[5], parts[6]),
        member.map(of -> member(parts[7], tenant, of)));
  }

  /** The row that says that the project is in the community. */
  private static RowMacs.Row<?> member(String text, TenantId tenant, UUID project) {
    String[] parts = text.split(":", -1);
    ProjectRow row =
        new ProjectRow(
            project,
            text(parts[0]),
            text(parts[1]),
            Optional.of(UUID.fromString(parts[2])),
            parts[3],
            mac(parts[4], parts[5]));
    return new RowMacs.Row<>(row, "project", project, row.canonical(tenant), row.mac());
  }

  private static RowMac mac(String generation, String tag) {
    return new RowMac(Integer.parseInt(generation), HexFormat.of().parseHex(tag));
  }

  private static String text(String hex) {
    return new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
  }

  private static Optional<UUID> id(String text) {
    return text.equals("-") ? Optional.empty() : Optional.of(UUID.fromString(text));
  }
}
