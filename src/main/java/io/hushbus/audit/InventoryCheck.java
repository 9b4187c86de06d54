package io.hushbus.audit;

import io.hushbus.db.Db;
import io.hushbus.db.JobLease;
import io.hushbus.db.SystemTx;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.InventoryHead;
import io.hushbus.tenant.Stocktaking;
import io.hushbus.tenant.Stocktaking.Shortfall;
import io.hushbus.tenant.Stocktaking.Taken;
import io.vertx.core.Future;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds up the rows of each tenant, on one node at a time, and notes which tenants lack some: rows
 * that another hand removed, hid or set back each by itself, with MACs that still hold. A tenant
 * that does not add up stays shut on every node, see {@link RestoreWatch}, until it does again or
 * an operator confirms.
 */
public final class InventoryCheck {

  private static final Logger log = LoggerFactory.getLogger(InventoryCheck.class);

  /** Tenants of one round: those that were not looked at for longest. */
  private static final int MOST = 200;

  private static final String DUE =
      """
      SELECT t.tenant_id FROM tenant t LEFT JOIN inventory_check c ON c.tenant_id = t.tenant_id
      WHERE t.state = 'active' ORDER BY c.checked_at NULLS FIRST, t.tenant_id LIMIT $1
      """;

  private static final String LAST_CHECKPOINT =
      "SELECT "
          + AuditRows.CHECKPOINT
          + """

          FROM audit_checkpoint signed WHERE signed.tenant_id = $1
          ORDER BY signed.sequence DESC LIMIT 1
          """;

  private static final String NOTE =
      """
      INSERT INTO inventory_check (tenant_id, checked_at, finding)
      SELECT t.tenant_id, clock_timestamp(), $2 FROM tenant t
      WHERE t.tenant_id = $1 AND t.state = 'active'
      ON CONFLICT (tenant_id) DO UPDATE
      SET checked_at = excluded.checked_at, finding = excluded.finding
      """;

  private final Db db;
  private final JobLease lease;
  private final AuditKeys keys;
  private final Stocktaking stock;

  public InventoryCheck(Db db, JobLease lease, AuditKeys keys, Stocktaking stock) {
    this.db = db;
    this.lease = lease;
    this.keys = keys;
    this.stock = stock;
  }

  /**
   * One round, unless another node has the job.
   *
   * @return how many tenants of this round do not add up
   */
  public Future<Integer> runOnce() {
    return lease.acquire().compose(held -> held.isPresent() ? round() : Future.succeededFuture(0));
  }

  /** One round whoever has the job: two at once do no harm. */
  public Future<Integer> round() {
    return db.system(SystemTx.Job.AUDIT_SEALER, tx -> tx.list(DUE, AuditRows::tenant, MOST))
        .compose(this::each);
  }

  private Future<Integer> each(List<TenantId> tenants) {
    Future<Integer> found = Future.succeededFuture(0);
    for (TenantId tenant : tenants) {
      found = found.compose(before -> check(tenant).map(flaws -> before + flaws));
    }
    return found;
  }

  private Future<Integer> check(TenantId tenant) {
    return shortfall(tenant)
        .compose(
            result ->
                result.uncounted()
                    ? begin(tenant).map(0)
                    : note(tenant, result.shortfall()).map(result.shortfall().isPresent() ? 1 : 0));
  }

  private record Result(Optional<Shortfall> shortfall, boolean uncounted) {}

  /** The checkpoint is read first: a later one may be ahead of what was taken. */
  private Future<Result> shortfall(TenantId tenant) {
    return db.system(SystemTx.Job.AUDIT_SEALER, tx -> last(tx, tenant))
        .compose(
            last ->
                db.read(tenant, stock::take)
                    .map(
                        taken ->
                            taken.shortfall().isPresent()
                                ? new Result(taken.shortfall(), false)
                                : result(taken, last)));
  }

  private Result result(Taken taken, Optional<Checkpoint> last) {
    if (last.isPresent() && keys.trusted().flaw(last.get()).isPresent()) {
      return new Result(Optional.of(Shortfall.CHECKPOINT_FORGED), false);
    }
    Optional<InventoryHead> anchor = last.flatMap(Checkpoint::inventory);
    boolean old = anchor.isPresent() && isBefore(taken.head(), anchor.get());
    return new Result(
        old ? Optional.of(Shortfall.INVENTORY_OLD) : Optional.empty(),
        taken.head().isEmpty() && anchor.isEmpty());
  }

  /** At the same change, it must be the very same. */
  private static boolean isBefore(Optional<InventoryHead> head, InventoryHead anchor) {
    return head.isEmpty() || isBefore(head.get(), anchor) || isLogBefore(head.get(), anchor);
  }

  private static boolean isBefore(InventoryHead head, InventoryHead anchor) {
    return head.change() == anchor.change()
        ? !Arrays.equals(head.mac(), anchor.mac())
        : head.change() < anchor.change();
  }

  private static boolean isLogBefore(InventoryHead head, InventoryHead anchor) {
    return head.epoch() == anchor.epoch()
        ? head.position() < anchor.position()
        : head.epoch() < anchor.epoch();
  }

  private Future<Optional<Checkpoint>> last(SystemTx tx, TenantId tenant) {
    return tx.one(LAST_CHECKPOINT, row -> AuditRows.checkpoint(row, keys.cluster()), tenant);
  }

  /** Counts for the first time: a tenant that is older than its inventory. */
  private Future<Void> begin(TenantId tenant) {
    return db.system(SystemTx.Job.AUDIT_SEALER, tx -> stock.accept(tx, tenant, 0));
  }

  private Future<Void> note(TenantId tenant, Optional<Shortfall> shortfall) {
    shortfall.ifPresent(
        what ->
            log.atError()
                .addKeyValue("tenant", tenant.toString())
                .addKeyValue("shortfall", what.name().toLowerCase(Locale.ROOT))
                .log("tenant_does_not_add_up"));
    return db.system(
        SystemTx.Job.AUDIT_SEALER,
        tx -> tx.update(NOTE, tenant, shortfall.map(Shortfall::name).orElse(null)).mapEmpty());
  }

  /** Takes what is there for what is to be there, in the transaction of whoever may say so. */
  Future<Void> accept(SystemTx tx, TenantId tenant) {
    return last(tx, tenant)
        .map(last -> last.flatMap(Checkpoint::inventory).map(InventoryHead::change).orElse(0L))
        .compose(above -> stock.accept(tx, tenant, above))
        .compose(done -> tx.update(NOTE, tenant, (Object) null).mapEmpty());
  }
}
