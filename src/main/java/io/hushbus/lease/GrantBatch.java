package io.hushbus.lease;

import io.hushbus.db.Coalescer;
import io.hushbus.db.UniqueViolation;
import io.hushbus.event.Idempotency;
import io.hushbus.event.Ledger;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Commits grants in groups: what arrives while one commit is under way is the next one. A lone
 * grant waits for nobody; at 64 at once, one commit serves them all.
 */
final class GrantBatch {

  private final GrantStore store = new GrantStore();
  private final Commits commits;
  private final LeaseMeters meters;
  private final Consumer<Instant> heard;
  private final Coalescer<GrantStore.Ask, GrantStore.Became> batches;
  // What waits in a batch is not in the database yet, where others could see that it is at work.
  private final Set<Idempotency.Claim.Key> atWork = ConcurrentHashMap.newKeySet();

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
   * Granted once the lease and audit rows of the whole ask are committed, and its key; else nothing
   * was. Raced if it no longer held; so too if another node has just granted the run a lease on one
   * of its secrets. Fails as unavailable if the audit trail cannot take its records.
   */
  Future<GrantStore.Became> submit(GrantStore.Ask ask) {
    return ask.claim().map(claim -> alone(claim.key(), ask)).orElseGet(() -> committed(ask));
  }

  /** Nobody waits for the batch of another request under the same key. */
  private Future<GrantStore.Became> alone(Idempotency.Claim.Key key, GrantStore.Ask ask) {
    return atWork.add(key)
        ? committed(ask).onComplete(done -> atWork.remove(key))
        : Future.succeededFuture(GrantStore.Became.TAKEN);
  }

  private Future<GrantStore.Became> committed(GrantStore.Ask ask) {
    return batches
        .submit(ask)
        .recover(
            cause ->
                cause instanceof UniqueViolation
                    ? Future.succeededFuture(GrantStore.Became.RACED)
                    : Future.failedFuture(Ledger.unrecorded(cause)));
  }

  private Future<List<GrantStore.Became>> commit(List<GrantStore.Ask> asks) {
    List<TenantId> tenants =
        asks.stream()
            .flatMap(ask -> ask.drafts().stream())
            .map(GrantStore.Draft::tenant)
            .distinct()
            .toList();
    meters.committed(asks.size());
    return commits
        .statement(
            tenants, tx -> store.grant(tx, asks).onSuccess(outcome -> heard.accept(outcome.now())))
        .map(GrantStore.Outcome::became);
  }
}
