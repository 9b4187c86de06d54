package io.hushbus.audit;

import io.hushbus.audit.ExportItem.Entry;
import io.hushbus.crypto.CryptoPool;
import io.hushbus.db.Db;
import io.hushbus.db.JobLease;
import io.hushbus.db.JobLease.Fence;
import io.hushbus.db.SystemTx;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.Inventory;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves audit records from the tail into each tenant's chain, and signs checkpoints: one node at a
 * time, a transaction for each batch.
 *
 * <p>Order in the chain is the sealer's decision, by time and then by id, and is fixed from then
 * on. Before it appends, it checks that the chain's end carries the broker's MAC and that the
 * stored records end there. If not, it stops sealing for that tenant, logs it once and counts it
 * each round, and never repairs: the records stay in the tail until people have looked. It signs no
 * checkpoint over a tenant's inventory that another hand wrote.
 */
public final class Sealer {

  /** What the sealer tells about itself; must not block. */
  public interface Metrics {

    /** Tells nobody. */
    Metrics NONE = new Metrics() {};

    /** That many records got their place in a chain. */
    default void sealed(int records) {}

    /** A checkpoint was signed and stored. */
    default void checkpointed() {}

    /** How many chains were found broken in the round that has just ended. */
    default void broken(int chains) {}

    /** How many tenants are older than their last checkpoint outside the database. */
    default void setBack(int tenants) {}

    /** The checkpoint file could not be written; it will be tried again. */
    default void fileFailed() {}
  }

  private static final Logger log = LoggerFactory.getLogger(Sealer.class);

  private static final String WRITABLE =
      "SELECT has_column_privilege(session_user, 'audit_tail', 'tenant_id', 'INSERT') AS writable";

  private static final Comparator<AuditRecord> BY_TIME =
      Comparator.comparing(AuditRecord::at).thenComparing(record -> record.id().toString());

  /** A batch with its places in the chain, and the chain's end after it. */
  @SuppressWarnings("ArrayRecordComponent") // never compared as a whole, never changed
  private record Sealed(List<Entry> entries, ChainHead end, byte[] mac) {}

  private final Db db;
  private final JobLease lease;
  private final AuditKeys keys;
  private final Inventory inventory;
  private final CryptoPool pool;
  private final SealPlan plan;
  private final Optional<RestoreWatch> outside;
  private final Metrics metrics;
  private final SealStore store = new SealStore();
  private final Set<TenantId> broken = new HashSet<>();
  private Set<TenantId> brokenBefore = Set.of();

  public Sealer(
      Db db,
      JobLease lease,
      AuditKeys keys,
      Inventory inventory,
      CryptoPool pool,
      SealPlan plan,
      Optional<RestoreWatch> outside,
      Metrics metrics) {
    this.db = db;
    this.lease = lease;
    this.keys = keys;
    this.inventory = inventory;
    this.pool = pool;
    this.plan = plan;
    this.outside = outside;
    this.metrics = metrics;
  }

  /** Whether the broker could write an audit record now: without that it hands out no value. */
  public Future<Boolean> writable() {
    return db.system(
        SystemTx.Job.AUDIT_SEALER,
        tx ->
            tx.one(WRITABLE, row -> row.getBoolean("writable")).map(found -> found.orElse(false)));
  }

  /**
   * One round: a batch for each tenant that has records waiting, then the checkpoints that are due.
   * Rounds must not overlap.
   *
   * @return the size of the largest batch: if it is {@code plan.batch()}, more may be waiting. Zero
   *     if another node has the job
   */
  public Future<Integer> runOnce() {
    return lease.acquire().compose(held -> held.map(this::round).orElse(Future.succeededFuture(0)));
  }

  private Future<Integer> round(Fence fence) {
    brokenBefore = Set.copyOf(broken);
    broken.clear();
    return read(store::waiting)
        .compose(tenants -> each(tenants, tenant -> seal(fence, tenant)))
        .compose(largest -> checkpoints(fence).map(largest))
        .onSuccess(largest -> metrics.broken(broken.size()));
  }

  private Future<Integer> seal(Fence fence, TenantId tenant) {
    return write(
            fence,
            tx ->
                intact(tx, tenant)
                    .compose(
                        chain ->
                            store
                                .take(tx, tenant, plan.settled(), plan.batch())
                                .compose(records -> append(tx, chain, records))))
        .onSuccess(metrics::sealed);
  }

  private Future<Integer> append(SystemTx tx, StoredChain chain, List<AuditRecord> records) {
    if (records.isEmpty()) {
      return Future.succeededFuture(0);
    }
    TenantId tenant = chain.tenant();
    return pool.heavy(() -> link(tenant, chain.head(), records))
        .compose(
            linked ->
                store
                    .append(tx, tenant, linked.entries())
                    .compose(
                        done -> store.move(tx, tenant, chain.head(), linked.end(), linked.mac())))
        .map(records.size());
  }

  private Sealed link(TenantId tenant, ChainHead head, List<AuditRecord> records) {
    List<Entry> entries = new ArrayList<>(records.size());
    ChainHead end = head;
    for (AuditRecord record : records.stream().sorted(BY_TIME).toList()) {
      end = end.then(AuditChain.next(end.hash(), tenant, end.sequence() + 1, record));
      entries.add(new Entry(end.sequence(), record, end.hash()));
    }
    return new Sealed(entries, end, keys.mac(tenant, end));
  }

  private Future<Void> checkpoints(Fence fence) {
    return read(tx -> store.due(tx, plan.checkpointRecords(), plan.checkpointInterval()))
        .compose(tenants -> each(tenants, tenant -> checkpoint(fence, tenant)))
        .compose(done -> outside.map(this::export).orElse(Future.succeededFuture()));
  }

  private Future<Integer> checkpoint(Fence fence, TenantId tenant) {
    return write(fence, tx -> intact(tx, tenant).compose(chain -> sign(tx, chain).map(1)))
        .onSuccess(done -> metrics.checkpointed());
  }

  private Future<Void> sign(SystemTx tx, StoredChain chain) {
    ChainHead signed = chain.head().signed();
    return inventory
        .head(tx, chain.tenant())
        .compose(now -> pool.heavy(() -> keys.sign(chain.tenant(), chain.head(), chain.now(), now)))
        .compose(checkpoint -> store.keep(tx, checkpoint))
        .compose(
            kept ->
                store.move(
                    tx, chain.tenant(), chain.head(), signed, keys.mac(chain.tenant(), signed)));
  }

  /** Copies checkpoints out; a failure is told, and made up for in the next round. */
  private Future<Void> export(RestoreWatch to) {
    return read(tx -> store.newest(tx, keys.cluster()))
        .compose(newest -> pool.heavy(() -> newest.stream().filter(to::genuine).toList()))
        .compose(
            genuine ->
                to.export(genuine)
                    .recover(
                        cause -> {
                          log.atError().setCause(cause).log("audit_checkpoint_file_failed");
                          metrics.fileFailed();
                          return Future.succeededFuture();
                        }));
  }

  /** The end of a chain, locked, if it is the one the broker wrote. */
  private Future<StoredChain> intact(SystemTx tx, TenantId tenant) {
    return store
        .chain(tx, tenant)
        .map(
            stored ->
                stored
                    .filter(keys::vouchFor)
                    .filter(StoredChain::endsWithItsRecords)
                    .orElseThrow(() -> Failure.integrity("audit_chain")));
  }

  private <T> Future<T> read(Function<SystemTx, Future<T>> work) {
    return db.system(SystemTx.Job.AUDIT_SEALER, work);
  }

  private <T> Future<T> write(Fence fence, Function<SystemTx, Future<T>> work) {
    return db.system(
        SystemTx.Job.AUDIT_SEALER, tx -> fence.hold(tx).compose(held -> work.apply(tx)));
  }

  /** One tenant after another; what is wrong with one does not hold up the others. */
  private Future<Integer> each(List<TenantId> tenants, Function<TenantId, Future<Integer>> step) {
    Future<Integer> largest = Future.succeededFuture(0);
    for (TenantId tenant : tenants) {
      largest =
          largest.compose(
              before ->
                  step.apply(tenant)
                      .recover(cause -> passOver(tenant, cause))
                      .map(size -> Math.max(before, size)));
    }
    return largest;
  }

  private Future<Integer> passOver(TenantId tenant, Throwable cause) {
    return switch (cause) {
      case Failure.Integrity flaw -> {
        if (broken.add(tenant) && !brokenBefore.contains(tenant)) {
          log.atError().addKeyValue("tenant", tenant.toString()).log("audit_chain_broken");
        }
        yield Future.succeededFuture(0);
      }
      case Failure expected -> Future.failedFuture(expected);
      default -> {
        log.atError()
            .addKeyValue("tenant", tenant.toString())
            .setCause(cause)
            .log("audit_sealing_failed");
        yield Future.succeededFuture(0);
      }
    };
  }
}
