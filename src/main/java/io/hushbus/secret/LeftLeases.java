package io.hushbus.secret;

import io.hushbus.db.Db;
import io.hushbus.db.JobLease;
import io.hushbus.db.SystemTx;
import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.event.Trace;
import io.hushbus.model.Grant;
import io.hushbus.model.Resource;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Revokes what is left of the leases under adoptions that have ended: on one node, some hundreds a
 * transaction, each with its audit record and its notice. Nothing depends on how soon: those leases
 * give no value any more. A node that is killed costs nothing but the slice it was at.
 */
public final class LeftLeases {

  private static final Logger log = LoggerFactory.getLogger(LeftLeases.class);
  private static final int AT_ONCE = 50;
  private static final int MOST_SLICES = 200;
  private static final Duration HELD_FOR = Duration.ofSeconds(15);

  private final Db db;
  private final Ledger ledger;
  private final AdoptionEnds ends;
  private final JobLease lease;
  private final Function<TenantId, Grant> right;

  LeftLeases(Db db, Ledger ledger, AdoptionEnds ends, UUID owner, Function<TenantId, Grant> right) {
    this.db = db;
    this.ledger = ledger;
    this.ends = ends;
    this.lease = new JobLease(db, SystemTx.Job.LEASE_SWEEPER, "adoption-ended", owner, HELD_FOR);
    this.right = right;
  }

  /** Works at what is left, if anything is and no other node does; how many leases ended. */
  public Future<Integer> runOnce() {
    return due()
        .compose(
            due ->
                due.isEmpty()
                    ? Future.succeededFuture(0)
                    : lease
                        .acquire()
                        .compose(held -> held.isEmpty() ? Future.succeededFuture(0) : all(due)));
  }

  private Future<List<LeftStore.Due>> due() {
    return db.system(SystemTx.Job.LEASE_SWEEPER, tx -> LeftStore.due(tx, AT_ONCE));
  }

  private Future<Integer> all(List<LeftStore.Due> due) {
    Future<Integer> gone = Future.succeededFuture(0);
    for (LeftStore.Due one : due) {
      gone =
          gone.compose(
              before ->
                  slices(one, MOST_SLICES, before)
                      .recover(cause -> Future.succeededFuture(passedOver(one, before, cause))));
    }
    return gone;
  }

  /** A tenant that cannot be worked in, as one that is held back, does not keep the others. */
  private static int passedOver(LeftStore.Due due, int before, Throwable cause) {
    log.atWarn().addKeyValue("tenant", due.tenant().toString()).setCause(cause).log("leases_left");
    return before;
  }

  private Future<Integer> slices(LeftStore.Due due, int left, int before) {
    return slice(due)
        .compose(
            done ->
                done.last() || left == 1
                    ? Future.succeededFuture(before + done.count())
                    : slices(due, left - 1, before + done.count()));
  }

  private Future<AdoptionEnds.Slice> slice(LeftStore.Due due) {
    Grant grant = right.apply(due.tenant());
    return ends.learning(() -> ledger.change(grant, tx -> sliceIn(tx, due.adoption())))
        .recover(
            cause ->
                cause instanceof Untouched
                    ? Future.succeededFuture(new AdoptionEnds.Slice(0, Optional.empty()))
                    : Future.failedFuture(cause));
  }

  private Future<Change<AdoptionEnds.Slice>> sliceIn(Tx tx, UUID adoption) {
    return LeftStore.take(tx, adoption)
        .map(found -> found.orElseThrow(Untouched::new))
        .compose(
            ended ->
                ends.slice(tx, ended)
                    .compose(
                        slice ->
                            (slice.last()
                                    ? LeftStore.drop(tx, adoption)
                                    : Future.<Void>succeededFuture())
                                .map(change(ended, slice))));
  }

  private static Change<AdoptionEnds.Slice> change(
      AdoptionStore.Ended ended, AdoptionEnds.Slice slice) {
    Trace trace =
        Trace.of(new Resource("lease", Optional.of(ended.project()), Optional.empty()))
            .with(
                Map.of(
                    "count",
                    slice.count(),
                    "selector",
                    Map.of("adoption_id", ended.id().toString())));
    return new Change<>(slice, List.of(trace), slice.told().stream().toList());
  }

  /** Another transaction is at it, or there is nothing to end: this one does nothing. */
  private static final class Untouched extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Untouched() {
      super("nothing left", null, false, false);
    }
  }
}
