package io.hushbus.audit;

import io.hushbus.audit.ExportItem.Entry;
import io.hushbus.db.SystemTx;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.InventoryHead;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** What the sealer reads and writes, in the transaction it is given. */
final class SealStore {

  /** Leaps from tenant to tenant along the primary key, whatever waits for each. */
  private static final String TENANTS_WAITING =
      """
      WITH RECURSIVE waiting AS (
        (SELECT tenant_id FROM audit_tail ORDER BY tenant_id LIMIT 1)
        UNION ALL
        SELECT (SELECT tail.tenant_id FROM audit_tail tail WHERE tail.tenant_id > waiting.tenant_id
                ORDER BY tail.tenant_id LIMIT 1)
        FROM waiting WHERE waiting.tenant_id IS NOT NULL)
      SELECT tenant_id FROM waiting WHERE tenant_id IS NOT NULL
      """;

  private static final String TENANTS_DUE =
      """
      SELECT chain.tenant_id FROM audit_chain chain
      LEFT JOIN audit_checkpoint signed
        ON signed.tenant_id = chain.tenant_id AND signed.sequence = chain.checkpoint
      WHERE chain.sequence > chain.checkpoint
        AND (chain.sequence - chain.checkpoint >= $1 OR signed.at IS NULL
          OR signed.at < clock_timestamp() - $2::float8 * interval '1 millisecond')
      """;

  private static final String CHAIN_LOCKED = TrailStore.CHAIN + " FOR UPDATE OF chain";

  /**
   * What is too young may still be overtaken by a record with an earlier time. Found by its place,
   * since a record in the tail is never changed: half the cost of finding it by its key again.
   */
  private static final String TAKEN_FROM_TAIL =
      """
      DELETE FROM audit_tail
      WHERE tenant_id = $1 AND ctid = ANY (ARRAY (
        SELECT ctid FROM audit_tail
        WHERE tenant_id = $1 AND at <= clock_timestamp() - $2::float8 * interval '1 millisecond'
        ORDER BY at, record_id LIMIT $3))
      RETURNING record_id, at, request_id, principal, action, outcome, resource_kind,
        resource_id, resource_name, version, project_id, source, detail::text AS detail
      """;

  private static final String APPEND =
      """
      INSERT INTO audit_record (tenant_id, sequence, record_id, at, request_id, principal, action,
        outcome, resource_kind, resource_id, resource_name, version, project_id, source, detail,
        hash)
      SELECT $1, sequence, record_id, at, request_id, principal, action, outcome, resource_kind,
        resource_id, resource_name, version, project_id, source, detail::jsonb, hash
      FROM unnest($2::bigint[], $3::uuid[], $4::timestamptz[], $5::uuid[], $6::text[], $7::text[],
        $8::text[], $9::text[], $10::uuid[], $11::text[], $12::int[], $13::uuid[], $14::text[],
        $15::text[], $16::bytea[]) AS sealed (sequence, record_id, at, request_id, principal,
        action, outcome, resource_kind, resource_id, resource_name, version, project_id, source,
        detail, hash)
      """;

  private static final String MOVE_END =
      """
      UPDATE audit_chain SET sequence = $2, hash = $3, checkpoint = $4, mac = $5
      WHERE tenant_id = $1 AND sequence = $6 AND checkpoint = $7
      """;

  private static final String KEEP_CHECKPOINT =
      """
      INSERT INTO audit_checkpoint (tenant_id, sequence, hash, at, key_id, signature, change,
        secrets, highest, epoch, position, inventory_mac)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
      """;

  private static final String NEWEST_CHECKPOINTS =
      "SELECT "
          + AuditRows.CHECKPOINT
          + """

          FROM audit_chain chain JOIN audit_checkpoint signed
            ON signed.tenant_id = chain.tenant_id AND signed.sequence = chain.checkpoint
          WHERE chain.checkpoint > 0
          """;

  Future<List<TenantId>> waiting(SystemTx tx) {
    return tx.list(TENANTS_WAITING, AuditRows::tenant);
  }

  Future<List<TenantId>> due(SystemTx tx, int records, Duration interval) {
    return tx.list(TENANTS_DUE, AuditRows::tenant, (long) records, (double) interval.toMillis());
  }

  /** The end of a chain, locked for this transaction; empty if the tenant has no chain. */
  Future<Optional<StoredChain>> chain(SystemTx tx, TenantId tenant) {
    return tx.one(CHAIN_LOCKED, AuditRows::chain, tenant);
  }

  /** Takes up to {@code most} of the oldest records out of the tail, in no order. */
  Future<List<AuditRecord>> take(SystemTx tx, TenantId tenant, Duration settled, int most) {
    return tx.list(
        TAKEN_FROM_TAIL, AuditRows::record, tenant, (double) settled.toMillis(), (long) most);
  }

  Future<Void> append(SystemTx tx, TenantId tenant, List<Entry> entries) {
    return tx.update(
            APPEND,
            tenant,
            column(entries, Long[]::new, Entry::sequence),
            ofRecord(entries, UUID[]::new, AuditRecord::id),
            ofRecord(entries, Instant[]::new, AuditRecord::at),
            ofRecord(entries, UUID[]::new, AuditRecord::request),
            ofRecord(entries, String[]::new, AuditRecord::principal),
            ofRecord(entries, String[]::new, AuditRecord::action),
            ofRecord(entries, String[]::new, AuditRecord::outcome),
            ofRecord(entries, String[]::new, AuditRecord::resourceKind),
            ofRecord(entries, UUID[]::new, record -> record.resourceId().orElse(null)),
            ofRecord(entries, String[]::new, record -> record.resourceName().orElse(null)),
            ofRecord(entries, Integer[]::new, SealStore::version),
            ofRecord(entries, UUID[]::new, record -> record.project().orElse(null)),
            ofRecord(entries, String[]::new, AuditRecord::source),
            ofRecord(entries, String[]::new, AuditRecord::detail),
            column(entries, byte[][]::new, Entry::hash))
        .compose(rows -> exactly(entries.size(), rows));
  }

  /** Moves the end of a chain; fails if it was not where {@code before} says. */
  Future<Void> move(SystemTx tx, TenantId tenant, ChainHead before, ChainHead after, byte[] mac) {
    return tx.update(
            MOVE_END,
            tenant,
            after.sequence(),
            after.hash(),
            after.checkpoint(),
            mac,
            before.sequence(),
            before.checkpoint())
        .compose(rows -> exactly(1, rows));
  }

  Future<Void> keep(SystemTx tx, Checkpoint checkpoint) {
    return tx.update(
            KEEP_CHECKPOINT,
            checkpoint.tenant(),
            checkpoint.sequence(),
            checkpoint.hash(),
            checkpoint.at(),
            checkpoint.keyId(),
            checkpoint.signature(),
            of(checkpoint, InventoryHead::change),
            of(checkpoint, InventoryHead::secrets),
            of(checkpoint, InventoryHead::highest),
            of(checkpoint, InventoryHead::epoch),
            of(checkpoint, InventoryHead::position),
            of(checkpoint, InventoryHead::mac))
        .compose(rows -> exactly(1, rows));
  }

  private static <C> @Nullable C of(Checkpoint checkpoint, Function<InventoryHead, C> part) {
    return checkpoint.inventory().map(part).orElse(null);
  }

  /** The newest checkpoint of every chain that has one. */
  Future<List<Checkpoint>> newest(SystemTx tx, UUID cluster) {
    return tx.list(NEWEST_CHECKPOINTS, row -> AuditRows.checkpoint(row, cluster));
  }

  private static @Nullable Integer version(AuditRecord record) {
    return record.version().isPresent() ? record.version().getAsInt() : null;
  }

  private static <C> C[] ofRecord(
      List<Entry> entries, IntFunction<C[]> array, Function<AuditRecord, @Nullable C> field) {
    return column(entries, array, entry -> field.apply(entry.record()));
  }

  private static <C> C[] column(
      List<Entry> entries, IntFunction<C[]> array, Function<Entry, @Nullable C> field) {
    return entries.stream().map(field).toArray(array);
  }

  private static Future<Void> exactly(int expected, int rows) {
    return rows == expected
        ? Future.succeededFuture()
        : Future.failedFuture(Failure.conflict(Failure.Reason.CONCURRENT_CHANGE));
  }
}
