package io.hushbus.audit;

import io.hushbus.crypto.Macs;
import io.hushbus.db.Db;
import io.hushbus.db.SystemTx;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.InventoryHead;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices a database that was set back. Every change leaves an audit record, so a chain that does
 * not contain the record of its last checkpoint outside is that of an older database, or of one
 * that went on from an older one. The tenant stays shut until an operator confirms the restore; its
 * chain gets no checkpoint outside before that, which would hide what happened.
 *
 * <p>So it is with a tenant's inventory and event log that are before those of the checkpoint, and
 * with rows that do not add up to the inventory, see {@link InventoryCheck}. Does not notice what
 * was set back, all of it, to a moment after the last checkpoint.
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
      FROM unnest($1::uuid[], $2::bigint[], $3::bytea[], $4::bigint[], $5::bytea[], $6::bigint[],
          $7::bigint[])
        AS anchor (tenant_id, sequence, hash, change, inventory, epoch, position)
      JOIN tenant t ON t.tenant_id = anchor.tenant_id AND t.state = 'active'
      LEFT JOIN audit_record r
        ON r.tenant_id = anchor.tenant_id AND r.sequence = anchor.sequence
      LEFT JOIN tenant_inventory i ON i.tenant_id = anchor.tenant_id
      LEFT JOIN tenant_stream s ON s.tenant_id = anchor.tenant_id
      WHERE r.hash IS DISTINCT FROM anchor.hash
        OR anchor.change > 0 AND (
          i.change IS NULL OR i.change < anchor.change
          OR i.change = anchor.change AND i.mac <> anchor.inventory
          OR s.epoch IS NULL OR (s.epoch, s.head) < (anchor.epoch, anchor.position))
      """;

  private static final String FOUND_SHORT =
      """
      SELECT c.tenant_id FROM inventory_check c
      JOIN tenant t ON t.tenant_id = c.tenant_id AND t.state = 'active'
      WHERE c.finding IS NOT NULL
      """;

  private static final InventoryHead NONE = new InventoryHead(0, 0, 0, 0, 0, new byte[0]);

  @SuppressWarnings("ArrayRecordComponent") // never compared as a whole, never changed
  private record Confirmation(TenantId tenant, long epoch, Instant at, byte[] mac) {}

  private final Db db;
  private final AuditKeys keys;
  private final Optional<CheckpointFile> file;
  private final Consumer<Set<TenantId>> tell;
  private volatile Set<TenantId> setBack = Set.of();

  /**
   * @param file empty: there is none, and only what does not add up is found
   * @param tell is told after each look which tenants are set back; must not block
   */
  public RestoreWatch(
      Db db, AuditKeys keys, Optional<CheckpointFile> file, Consumer<Set<TenantId>> tell) {
    this.db = db;
    this.keys = keys;
    this.file = file;
    this.tell = tell;
  }

  /**
   * Which tenants are older than their last checkpoint outside, now, or did not add up when that
   * was last looked at; fails if the file is there and cannot be read.
   */
  public Future<Set<TenantId>> look() {
    return file.map(this::outside)
        .orElseGet(() -> Future.succeededFuture(List.of()))
        .compose(anchors -> db.system(SystemTx.Job.AUDIT_SEALER, tx -> look(tx, anchors)))
        .map(this::found);
  }

  private Future<List<Checkpoint>> outside(CheckpointFile checkpoints) {
    return checkpoints.read(this::genuine).map(read -> checkpoints.newest());
  }

  private Future<Set<TenantId>> look(SystemTx tx, List<Checkpoint> anchors) {
    Future<Set<TenantId>> older =
        anchors.isEmpty() ? Future.succeededFuture(Set.of()) : older(tx, anchors);
    return older.compose(
        some ->
            tx.list(FOUND_SHORT, AuditRows::tenant)
                .map(
                    others ->
                        Stream.concat(some.stream(), others.stream())
                            .collect(Collectors.toUnmodifiableSet())));
  }

  private Future<Set<TenantId>> older(SystemTx tx, List<Checkpoint> anchors) {
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
                    binding.stream().map(Checkpoint::hash).toArray(byte[][]::new),
                    inventory(binding).map(InventoryHead::change).toArray(Long[]::new),
                    inventory(binding).map(InventoryHead::mac).toArray(byte[][]::new),
                    inventory(binding).map(InventoryHead::epoch).toArray(Long[]::new),
                    inventory(binding).map(InventoryHead::position).toArray(Long[]::new)))
        .map(Set::copyOf);
  }

  private static Stream<InventoryHead> inventory(List<Checkpoint> anchors) {
    return anchors.stream().map(one -> one.inventory().orElse(NONE));
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
    return file.map(to -> export(to, newest)).orElseGet(Future::succeededFuture);
  }

  private Future<Void> export(CheckpointFile to, List<Checkpoint> newest) {
    List<Checkpoint> fresh = to.fresh(newest);
    return fresh.isEmpty()
        ? Future.succeededFuture()
        : look()
            .compose(
                back ->
                    to.append(fresh.stream().filter(one -> !back.contains(one.tenant())).toList()));
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
