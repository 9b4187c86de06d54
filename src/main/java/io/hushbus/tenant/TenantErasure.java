package io.hushbus.tenant;

import io.hushbus.db.SystemTx;
import io.hushbus.event.Ledger;
import io.hushbus.event.Trace;
import io.hushbus.model.Grant;
import io.hushbus.model.Resource;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

/**
 * Deletes a tenant, piece after piece: waits until no request of it can still be under way on any
 * node; destroys every generation of its key, from when on nothing of it can be opened; waits until
 * every node has dropped them; removes its rows; waits for its audit trail to be chained and signed
 * to the end; removes that too, up to the last checkpoint, unless trails are kept; and marks the
 * tenant as deleted, which frees its name. Its id is never used again.
 */
public final class TenantErasure implements OperationStep {

  private static final int BATCH = 1000;
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  /**
   * @param settling longer than any request of a caller who was known when the deletion began
   * @param silence after which a node that was not heard counts as one that has dropped the keys
   * @param looks how often, a second apart, the end of the trail is waited for; a chain that is
   *     broken must not keep the tenant
   * @param keepTrail whether audit records stay
   */
  public record Settings(Duration settling, Duration silence, int looks, boolean keepTrail) {}

  /** Where the work is. */
  private enum Stage {
    SETTLE,
    KEYS,
    EVICT,
    ROWS,
    TRAIL,
    RECORDS,
    END;

    static Stage of(String place) {
      return place.isEmpty() ? SETTLE : valueOf(place.split(" ", 2)[0]);
    }
  }

  private final Ledger ledger;
  private final Keyrings keyrings;
  private final Grant right;
  private final Function<TenantId, Grant> ending;
  private final Runnable told;
  private final Settings settings;

  /**
   * @param right of this job, in the operators' tenant
   * @param ending the right to end leases, in any tenant
   * @param told called when keys are gone, a moment before the commit: a hint for other nodes
   */
  public TenantErasure(
      Ledger ledger,
      Keyrings keyrings,
      Grant right,
      Function<TenantId, Grant> ending,
      Runnable told,
      Settings settings) {
    this.ending = ending;
    this.told = told;
    this.ledger = ledger;
    this.keyrings = keyrings;
    this.right = right;
    this.settings = settings;
  }

  @Override
  public Future<Progress> step(SystemTx tx, Operation operation) {
    TenantId tenant = operation.tenant();
    return switch (Stage.of(operation.place())) {
      case SETTLE -> Future.succeededFuture(new Rest(Stage.KEYS.name(), 0, settings.settling()));
      case KEYS -> keys(tx, tenant);
      case EVICT -> evicted(tx, operation.place());
      case ROWS -> erase(tx, tenant, false, Stage.ROWS, Stage.TRAIL);
      case TRAIL -> trail(tx, tenant, operation.place());
      case RECORDS -> erase(tx, tenant, true, Stage.RECORDS, Stage.END);
      case END -> end(tx, tenant);
    };
  }

  /** Their bytes are overwritten before the rows go; what the record says is left to read. */
  private Future<Progress> keys(SystemTx tx, TenantId tenant) {
    return ErasureStore.liveLeases(tx, tenant)
        .compose(
            leases ->
                ErasureStore.destroyKeys(tx, tenant)
                    .compose(
                        keys ->
                            noted(
                                    tx,
                                    tenant,
                                    Map.of("keys_destroyed", keys, "leases_ended", leases))
                                .compose(done -> leasesEnded(tx, tenant, leases))
                                .compose(done -> NodeStore.nextEpoch(tx))
                                .map(epoch -> More.at(Stage.EVICT.name() + ' ' + epoch, keys))))
        .<Progress>map(more -> more)
        .onSuccess(
            done -> {
              keyrings.forget(tenant);
              told.run();
            });
  }

  /**
   * One record for all leases that end with the keys, as for every revocation in bulk: which, and
   * how many. In the tenant's own trail, which may be kept.
   */
  private Future<Void> leasesEnded(SystemTx tx, TenantId tenant, long leases) {
    Trace trace =
        Trace.of(Resource.ofTenant("lease"))
            .with(Map.of("count", leases, "selector", Map.of("tenant_id", tenant.toString())));
    return leases == 0 ? Future.succeededFuture() : ledger.note(tx, ending.apply(tenant), trace);
  }

  /** No node has the keys any more before the rows go. */
  private Future<Progress> evicted(SystemTx tx, String place) {
    long epoch = Long.parseLong(place.substring(6));
    return NodeStore.dropped(tx, epoch, settings.silence())
        .map(
            nodes ->
                nodes.notYet() == 0
                    ? More.at(Stage.ROWS.name(), 0)
                    : new Rest(place, 0, LOOK_AGAIN));
  }

  private static Future<Progress> erase(
      SystemTx tx, TenantId tenant, boolean trail, Stage here, Stage next) {
    return ErasureStore.erase(tx, tenant, BATCH, trail)
        .map(gone -> More.at((gone > 0 ? here : next).name(), gone));
  }

  private Future<Progress> trail(SystemTx tx, TenantId tenant, String place) {
    int looked = place.indexOf(' ') < 0 ? 0 : Integer.parseInt(place.substring(6));
    return ErasureStore.trailSealed(tx, tenant)
        .map(
            complete ->
                complete || looked >= settings.looks()
                    ? More.at((settings.keepTrail() ? Stage.END : Stage.RECORDS).name(), 0)
                    : new Rest(Stage.TRAIL.name() + ' ' + (looked + 1), 0, LOOK_AGAIN));
  }

  private Future<Progress> end(SystemTx tx, TenantId tenant) {
    return ErasureStore.end(tx, tenant)
        .compose(done -> noted(tx, tenant, Map.of("change", "deleted")))
        .map(new Done());
  }

  private Future<Void> noted(SystemTx tx, TenantId tenant, Map<String, Object> facts) {
    return ledger.note(
        tx, right, Trace.of(Resource.ofTenant("tenant").withId(tenant.value())).with(facts));
  }
}
