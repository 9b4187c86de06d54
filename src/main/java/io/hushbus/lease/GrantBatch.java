package io.hushbus.lease;

import io.hushbus.db.Coalescer;
import io.hushbus.db.UniqueViolation;
import io.hushbus.event.Ledger;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/**
 * Commits grants in groups: what arrives while one commit is under way is the next one. A lone
 * grant waits for nobody; at 64 at once, one commit serves them all.
 */
final class GrantBatch {

  private final LeaseStore store = new LeaseStore();
  private final Commits commits;
  private final LeaseMeters meters;
  private final Consumer<Instant> heard;
  private final Coalescer<List<LeaseStore.Draft>, Boolean> batches;

  /**
   * @param heard told what time it was in the database
   */
  GrantBatch(Commits commits, LeaseMeters meters, Consumer<Instant> heard) {
    this.commits = commits;
    this.meters = meters;
    this.heard = heard;
    this.batches = commits.gathering(this::commit);
  }

  /**
   * True once the lease and audit rows of the whole ask are committed; false if the ask no longer
   * held, and nothing was; so too if another node has just granted the run a lease on one of its
   * secrets. Fails as unavailable if the audit trail cannot take its records.
   */
  Future<Boolean> submit(List<LeaseStore.Draft> ask) {
    return batches
        .submit(ask)
        .recover(
            cause ->
                cause instanceof UniqueViolation
                    ? Future.succeededFuture(false)
                    : Future.failedFuture(Ledger.unrecorded(cause)));
  }

  private Future<List<Boolean>> commit(List<List<LeaseStore.Draft>> asks) {
    List<TenantId> tenants =
        asks.stream().flatMap(List::stream).map(LeaseStore.Draft::tenant).distinct().toList();
    meters.committed(asks.size());
    return commits
        .transaction(
            tenants, tx -> store.grant(tx, asks).onSuccess(outcome -> heard.accept(outcome.now())))
        .map(LeaseStore.Outcome::granted);
  }
}
