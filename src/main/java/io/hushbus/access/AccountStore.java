package io.hushbus.access;

import io.hushbus.db.Statements;
import io.hushbus.db.Tx;
import io.hushbus.db.UniqueViolation;
import io.hushbus.model.Failure;
import io.hushbus.model.ObjectName;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.Page;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Rows of table service_account. */
final class AccountStore {

  private static final String NAME_TAKEN = "service_account_name_taken";

  private static final String NEW_ACCOUNT =
      """
      INSERT INTO service_account (tenant_id, account_id, name, folded_name, description, created_by)
      VALUES ($1, $2, $3, $4, $5, $6)
      RETURNING account_id, name, description, created_by, created_at
      """;

  private static final String LIVING_ACCOUNT =
      """
      SELECT account_id, name, description, created_by, created_at FROM service_account
      WHERE tenant_id = $1 AND account_id = $2 AND deleted_at IS NULL
      """;

  // Held until the commit, so that nothing is given to an account that is being deleted.
  private static final String LIVING_ACCOUNT_HELD = LIVING_ACCOUNT + " FOR SHARE";

  /** Also of those that have ended: what they did stays theirs. */
  private static final String NAMES =
      """
      SELECT account_id AS id, name FROM service_account
      WHERE tenant_id = $1 AND account_id = ANY ($2)
      UNION ALL
      SELECT principal_id, subject FROM external_subject
      WHERE tenant_id = $1 AND principal_id = ANY ($2)
      """;

  private static final String ACCOUNTS_AFTER =
      """
      SELECT account_id, name, description, created_by, created_at FROM service_account
      WHERE tenant_id = $1 AND folded_name > $2 AND deleted_at IS NULL
      ORDER BY folded_name LIMIT $3
      """;

  private static final String END_ACCOUNT =
      """
      UPDATE service_account SET deleted_at = clock_timestamp()
      WHERE tenant_id = $1 AND account_id = $2 AND deleted_at IS NULL
      RETURNING account_id, name, description, created_by, created_at
      """;

  private AccountStore() {}

  /** What these principals are called, as far as they have names. */
  static Future<Map<UUID, String>> names(Tx tx, Set<UUID> principals) {
    return tx.list(
            NAMES,
            row -> Map.entry(row.getUUID("id"), row.getString("name")),
            tx.tenant(),
            principals.toArray(UUID[]::new))
        .map(
            rows ->
                rows.stream()
                    .collect(
                        Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a)));
  }

  /** Fails with a conflict if a living account has the name. */
  static Future<ServiceAccount> insert(
      Statements tx, TenantId tenant, UUID id, ObjectName name, String description, String by) {
    return tx.one(
            NEW_ACCOUNT,
            ServiceAccount::read,
            tenant,
            id,
            name.text(),
            name.folded(),
            description,
            by)
        .map(Optional::orElseThrow)
        .recover(cause -> Future.failedFuture(taken(cause)));
  }

  static Future<Optional<ServiceAccount>> living(Tx tx, UUID id) {
    return living(tx, tx.tenant(), id);
  }

  static Future<Optional<ServiceAccount>> living(Statements tx, TenantId tenant, UUID id) {
    return tx.one(LIVING_ACCOUNT, ServiceAccount::read, tenant, id);
  }

  /** The living account, which stays so until the end of the transaction. */
  static Future<Optional<ServiceAccount>> hold(Tx tx, UUID id) {
    return tx.one(LIVING_ACCOUNT_HELD, ServiceAccount::read, tx.tenant(), id);
  }

  static Future<Page<ServiceAccount>> after(Tx tx, String folded, int limit) {
    return tx.list(ACCOUNTS_AFTER, ServiceAccount::read, tx.tenant(), folded, limit + 1)
        .map(rows -> Page.of(rows, limit));
  }

  static Future<Optional<ServiceAccount>> end(Tx tx, UUID id) {
    return tx.one(END_ACCOUNT, ServiceAccount::read, tx.tenant(), id);
  }

  private static Throwable taken(Throwable cause) {
    return cause instanceof UniqueViolation violation && violation.constraint().equals(NAME_TAKEN)
        ? Failure.conflict(Failure.Reason.NAME_TAKEN)
        : cause;
  }
}
