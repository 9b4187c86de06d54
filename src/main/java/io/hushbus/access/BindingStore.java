package io.hushbus.access;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.db.Statements;
import io.hushbus.db.Tx;
import io.hushbus.db.UniqueViolation;
import io.hushbus.model.Failure;
import io.hushbus.model.Principal;
import io.hushbus.model.Resource;
import io.hushbus.model.Role;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.InventoryRows;
import io.hushbus.tenant.Page;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Rows of table role_binding. */
final class BindingStore {

  private static final String EXISTS = "role_binding_exists";

  private static final String COLUMNS =
      " binding_id, principal_kind, principal_id, role, project_id, community_id, created_by,"
          + " created_at ";

  private static final String NEW_BINDING =
      """
      INSERT INTO role_binding
        (tenant_id, binding_id, principal_kind, principal_id, role, project_id, created_by,
         community_id, mac_generation, row_mac)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      RETURNING
      """
          + COLUMNS;

  private static final String BINDING =
      "SELECT"
          + COLUMNS
          + """
          FROM role_binding WHERE tenant_id = $1 AND binding_id = $2
          """;

  private static final String BINDINGS_AFTER =
      "SELECT"
          + COLUMNS
          + """
          FROM role_binding
          WHERE tenant_id = $1 AND binding_id > $2 AND ($3::uuid IS NULL OR project_id = $3)
            AND ($5::uuid IS NULL OR community_id = $5 OR project_id IN (
              SELECT p.project_id FROM project p WHERE p.tenant_id = $1 AND p.community_id = $5))
          ORDER BY binding_id LIMIT $4
          """;

  private static final String REMOVE_BINDING =
      """
      DELETE FROM role_binding
      WHERE tenant_id = $1 AND binding_id = $2 AND project_id IS NOT DISTINCT FROM $3::uuid
        AND community_id IS NOT DISTINCT FROM $4::uuid
      RETURNING
      """
          + COLUMNS;

  private static final String REMOVE_BINDINGS_OF =
      """
      DELETE FROM role_binding
      WHERE tenant_id = $1 AND principal_kind = $2 AND principal_id = $3
      RETURNING
      """
          + COLUMNS;

  private static final String REMOVE_BINDINGS_AT =
      """
      DELETE FROM role_binding WHERE tenant_id = $1 AND community_id = $2
      RETURNING
      """
          + COLUMNS;

  private static final String COUNTED =
      "SELECT"
          + COLUMNS
          + """
          FROM role_binding WHERE tenant_id = $1 AND binding_id > $2 ORDER BY binding_id LIMIT $3
          """;

  // One at a time removes what governs a tenant: two that each leave the other's would leave none.
  private static final String HOLD_GOVERNMENT =
      """
      SELECT tenant_id FROM tenant WHERE tenant_id = $1 FOR NO KEY UPDATE
      """;

  private static final String GOVERNORS =
      """
      SELECT count(*) AS governors FROM role_binding
      WHERE tenant_id = $1 AND project_id IS NULL AND community_id IS NULL
        AND role IN ('admin', 'operator')
      """;

  private static final String IS_OPERATING =
      """
      SELECT operating FROM tenant WHERE tenant_id = $1
      """;

  /** Bindings as they count in a tenant's inventory: by all that gives somebody something. */
  static final InventoryRows STOCK =
      (tx, tenant, after, limit) ->
          tx.list(
              COUNTED,
              row -> {
                RoleBinding binding = RoleBinding.read(row);
                return new InventoryRows.Entry(binding.id(), stock(tenant, binding), 0, 0);
              },
              tenant,
              after,
              limit);

  private BindingStore() {}

  static Canonical stock(TenantId tenant, RoleBinding binding) {
    Canonical row =
        canonical(
            tenant,
            binding.id(),
            binding.principal(),
            binding.role(),
            binding.project(),
            binding.community(),
            binding.createdBy());
    return Canonical.of("stock-binding/1").bytes(row.encode());
  }

  /**
   * What the row's MAC covers: all that gives somebody something. A binding at a community is of a
   * kind of its own, so that no other becomes one by a column.
   */
  static Canonical canonical(
      TenantId tenant,
      UUID id,
      Principal principal,
      Role role,
      Optional<UUID> project,
      Optional<UUID> community,
      String by) {
    Canonical row =
        Canonical.of(community.isPresent() ? "role-binding-community/1" : "role-binding/1")
            .id(tenant.value())
            .id(id)
            .text(principal.kind().word())
            .id(principal.id())
            .text(role.word())
            .id(project.orElse(null))
            .text(by);
    return community.map(row::id).orElse(row);
  }

  /** Fails with a conflict if there is such a binding already. */
  static Future<RoleBinding> insert(
      Statements tx,
      Keyring keyring,
      UUID id,
      Principal principal,
      Role role,
      Optional<UUID> project,
      Optional<UUID> community,
      String by) {
    TenantId tenant = keyring.tenant();
    RowMac mac = keyring.mac(canonical(tenant, id, principal, role, project, community, by));
    return tx.one(
            NEW_BINDING,
            RoleBinding::read,
            tenant,
            id,
            principal.kind().word(),
            principal.id(),
            role.word(),
            project.orElse(null),
            by,
            community.orElse(null),
            mac.generation(),
            mac.tag())
        .map(Optional::orElseThrow)
        .recover(cause -> Future.failedFuture(known(cause)));
  }

  static Future<Optional<RoleBinding>> find(Tx tx, UUID id) {
    return tx.one(BINDING, RoleBinding::read, tx.tenant(), id);
  }

  /**
   * @param level whose bindings, those below included: of its project or community, else all of the
   *     tenant
   */
  static Future<Page<RoleBinding>> after(Tx tx, UUID id, Resource level, int limit) {
    return tx.list(
            BINDINGS_AFTER,
            RoleBinding::read,
            tx.tenant(),
            id,
            level.project().orElse(null),
            limit + 1,
            level.community().orElse(null))
        .map(rows -> Page.of(rows, limit));
  }

  static Future<Optional<RoleBinding>> remove(Tx tx, UUID id, Resource level) {
    return tx.one(
        REMOVE_BINDING,
        RoleBinding::read,
        tx.tenant(),
        id,
        level.project().orElse(null),
        level.community().orElse(null));
  }

  static Future<List<RoleBinding>> removeAll(Tx tx, Principal principal) {
    return tx.list(
        REMOVE_BINDINGS_OF,
        RoleBinding::read,
        tx.tenant(),
        principal.kind().word(),
        principal.id());
  }

  /** Removes those at a community itself. */
  static Future<List<RoleBinding>> removeAt(Tx tx, UUID community) {
    return tx.list(REMOVE_BINDINGS_AT, RoleBinding::read, tx.tenant(), community);
  }

  /** Makes other removals of this tenant wait for the end of the transaction. */
  static Future<Void> hold(Tx tx) {
    return tx.update(HOLD_GOVERNMENT, tx.tenant()).mapEmpty();
  }

  /** Fails with a conflict if nobody is left who governs the tenant. */
  static Future<Void> stillGoverned(Tx tx) {
    return tx.one(GOVERNORS, row -> row.getLong("governors"), tx.tenant())
        .compose(
            count ->
                count.orElse(0L) > 0
                    ? Future.succeededFuture()
                    : Future.failedFuture(Failure.conflict(Failure.Reason.STATE)));
  }

  static Future<Boolean> isOperating(Tx tx) {
    return tx.one(IS_OPERATING, row -> row.getBoolean("operating"), tx.tenant())
        .map(Optional::orElseThrow);
  }

  private static Throwable known(Throwable cause) {
    return cause instanceof UniqueViolation violation && violation.constraint().equals(EXISTS)
        ? Failure.conflict(Failure.Reason.STATE)
        : cause;
  }
}
