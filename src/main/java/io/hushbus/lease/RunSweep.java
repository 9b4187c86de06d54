package io.hushbus.lease;

import io.hushbus.db.Db;
import io.hushbus.db.JobLease;
import io.hushbus.db.SystemTx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * Writes down that runs were lost or passed their deadline, and tells it once each: a bounded
 * number a round, on one node at a time. They are over already, and stay so if this never runs.
 */
public final class RunSweep {

  private static final Duration HELD_FOR = Duration.ofMinutes(1);
  private static final int MOST = 200;

  private final Db db;
  private final Ledger ledger;
  private final Runs runs;
  private final Function<TenantId, Grant> right;
  private final JobLease lease;
  private final RunStore store = new RunStore();

  /** Where to carry on, so that runs which must be left alone are not all that is ever met. */
  private volatile RunStore.Overdue seen = RunStore.Overdue.NONE;

  /**
   * @param owner this process: a random id made when it started
   * @param right the job's right in a tenant
   */
  public RunSweep(Db db, Ledger ledger, Runs runs, UUID owner, Function<TenantId, Grant> right) {
    this.db = db;
    this.ledger = ledger;
    this.runs = runs;
    this.right = right;
    this.lease = new JobLease(db, SystemTx.Job.LEASE_SWEEPER, "run-sweep", owner, HELD_FOR);
  }

  /** Ends up to 200 runs that are over, unless another node does; gives how many. */
  public Future<Integer> runOnce() {
    return lease
        .acquire()
        .compose(held -> held.map(this::round).orElseGet(() -> Future.succeededFuture(0)));
  }

  private Future<Integer> round(JobLease.Fence fence) {
    return db.system(
            SystemTx.Job.LEASE_SWEEPER,
            tx -> fence.hold(tx).compose(held -> store.overdue(tx, seen, MOST)))
        .onSuccess(
            overdue -> seen = overdue.size() < MOST ? RunStore.Overdue.NONE : overdue.getLast())
        .compose(this::end);
  }

  /** One after the other, each in a transaction of its tenant. */
  private Future<Integer> end(List<RunStore.Overdue> overdue) {
    Future<Integer> all = Future.succeededFuture(0);
    for (RunStore.Overdue one : overdue) {
      all = all.compose(ended -> end(one).map(more -> ended + more));
    }
    return all;
  }

  /**
   * A row that is over by now is not written twice: whoever comes second finds its end there. One
   * that does not verify is left alone, and so is a tenant without keys: neither holds up others.
   */
  private Future<Integer> end(RunStore.Overdue one) {
    Grant grant = right.apply(one.tenant());
    return runs.withKeys(
            one.tenant(),
            keyring ->
                ledger.change(
                    grant,
                    tx ->
                        store
                            .lock(tx, one.run())
                            .compose(
                                found ->
                                    found
                                        .filter(row -> row.genuine(keyring))
                                        .filter(RunSweep::due)
                                        .map(
                                            row ->
                                                runs.end(
                                                        tx,
                                                        keyring,
                                                        row,
                                                        row.overAt(),
                                                        row.run().missed(row.overAt()))
                                                    .map(RunSweep::counted))
                                        .orElseThrow(NothingDue::new))))
        .onSuccess(ended -> runs.ended(one.tenant(), one.run()))
        .recover(
            cause ->
                cause instanceof NothingDue || cause instanceof Failure.Integrity
                    ? Future.succeededFuture(0)
                    : Future.failedFuture(cause));
  }

  private static boolean due(RunStore.Stored row) {
    return row.run().life().endedAt().isEmpty() && !row.lives();
  }

  private static Change<Integer> counted(Change<Runs.View> change) {
    return new Change<>(1, change.traces(), change.facts());
  }

  /** Rolls back what has nothing to record. */
  private static final class NothingDue extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NothingDue() {
      super("another was first", null, false, false);
    }
  }
}
