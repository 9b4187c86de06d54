package io.hushbus.audit;

import io.hushbus.crypto.Macs;
import io.hushbus.db.Db;
import io.hushbus.db.SystemTx;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices a database that was set back. Every change leaves an audit record, so a chain that does
 * not contain the record of its last checkpoint outside is that of an older database, or of one
 * that went on from an older one. The tenant stays shut until an operator confirms the restore; its
 * chain gets no checkpoint outside before that, which would hide what happened.
 *
 * <p>Does not notice what was set back to a moment after the last checkpoint, nor tables that were
 * set back without the audit trail.
 */
public final class RestoreWatch {

  private static final Logger log = LoggerFactory.getLogger(RestoreWatch.class);

  private static final String CONFIRMATIONS =
      """
      SELECT tenant_id, epoch, at, mac FROM restore_confirmation
      WHERE tenant_id = ANY ($1::uuid[])
      """;

  private static final String LOST =
      """
      SELECT anchor.tenant_id
      FROM unnest($1::uuid[], $2::bigint[], $3::bytea[]) AS anchor (tenant_id, sequence, hash)
      JOIN tenant t ON t.tenant_id = anchor.tenant_id AND t.state = 'active'
      LEFT JOIN audit_record r
        ON r.tenant_id = anchor.tenant_id AND r.sequence = anchor.sequence
      WHERE r.hash IS DISTINCT FROM anchor.hash
      """;

  @SuppressWarnings("ArrayRecordComponent") // never compared as a whole, never changed
  private record Confirmation(TenantId tenant, long epoch, Instant at, byte[] mac) {}

  private final Db db;
  private final AuditKeys keys;
  private final CheckpointFile file;
  private final Consumer<Set<TenantId>> tell;
  private volatile Set<TenantId> setBack = Set.of();

  /**
   * @param tell is told after each look which tenants are set back; must not block
   */
  public RestoreWatch(Db db, AuditKeys keys, CheckpointFile file, Consumer<Set<TenantId>> tell) {
    this.db = db;
    this.keys = keys;
    this.file = file;
    this.tell = tell;
  }

  /**
   * Which tenants are older than their last checkpoint outside, now; fails if the file is there and
   * cannot be read.
   */
  public Future<Set<TenantId>> look() {
    return file.read(this::genuine)
        .map(read -> file.newest())
        .compose(
            anchors ->
                anchors.isEmpty()
                    ? Future.succeededFuture(Set.<TenantId>of())
                    : db.system(SystemTx.Job.AUDIT_SEALER, tx -> look(tx, anchors)))
        .map(this::found);
  }

  private Future<Set<TenantId>> look(SystemTx tx, List<Checkpoint> anchors) {
    UUID[] tenants = tenants(anchors);
    return tx.list(CONFIRMATIONS, RestoreWatch::confirmation, (Object) tenants)
        .map(confirmed -> binding(anchors, confirmed))
        .compose(
            binding ->
                tx.list(
                    LOST,
                    AuditRows::tenant,
                    tenants(binding),
                    binding.stream().map(Checkpoint::sequence).toArray(Long[]::new),
                    binding.stream().map(Checkpoint::hash).toArray(byte[][]::new)))
        .map(Set::copyOf);
  }

  /** The checkpoints that no genuine confirmation came after. */
  private List<Checkpoint> binding(List<Checkpoint> anchors, List<Confirmation> confirmed) {
    Map<TenantId, Instant> latest = new HashMap<>();
    confirmed.stream()
        .filter(this::genuine)
        .forEach(one -> latest.merge(one.tenant(), one.at(), RestoreWatch::later));
    return anchors.stream()
        .filter(one -> one.at().isAfter(latest.getOrDefault(one.tenant(), Instant.MIN)))
        .toList();
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private Set<TenantId> found(Set<TenantId> now) {
    Set<TenantId> fresh = new HashSet<>(now);
    fresh.removeAll(setBack);
    fresh.forEach(
        tenant -> log.atError().addKeyValue("tenant", tenant.toString()).log("tenant_set_back"));
    setBack = now;
    tell.accept(now);
    return now;
  }

  /** Copies those checkpoints out that are new, if their chain still holds the last one. */
  Future<Void> export(List<Checkpoint> newest) {
    List<Checkpoint> fresh = file.fresh(newest);
    return fresh.isEmpty()
        ? Future.succeededFuture()
        : look()
            .compose(
                back ->
                    file.append(
                        fresh.stream().filter(one -> !back.contains(one.tenant())).toList()));
  }

  boolean genuine(Checkpoint checkpoint) {
    return checkpoint.cluster().equals(keys.cluster()) && keys.trusted().flaw(checkpoint).isEmpty();
  }

  private boolean genuine(Confirmation one) {
    return Macs.equal(one.mac(), keys.confirmation(one.tenant(), one.epoch(), one.at()));
  }

  private static UUID[] tenants(List<Checkpoint> anchors) {
    return anchors.stream().map(one -> one.tenant().value()).toArray(UUID[]::new);
  }

  private static Confirmation confirmation(Row row) {
    return new Confirmation(
        AuditRows.tenant(row),
        row.getLong("epoch"),
        row.getOffsetDateTime("at").toInstant(),
        AuditRows.bytes(row, "mac"));
  }
}
