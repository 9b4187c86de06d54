package io.hushbus.tenant;

import io.hushbus.db.Db;
import io.hushbus.db.SystemTx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Resource;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Long work: begun in the transaction of the request that asks for it, done by {@link
 * OperationRunner} on whichever node, looked at by whoever may.
 */
public final class Operations {

  private static final String KIND = "operation";

  /** What a list is limited to: those in a state, or {@code open}; before that one. */
  public record Filter(Optional<String> state, Optional<UUID> before, int limit) {}

  /** An operation and the name of its tenant. */
  public record Listed(Operation operation, String tenant) {}

  private final Db db;
  private final Ledger ledger;
  private final Installation installation;
  private final Uuids ids;

  public Operations(Db db, Ledger ledger, Installation installation, Uuids ids) {
    this.db = db;
    this.ledger = ledger;
    this.installation = installation;
    this.ids = ids;
  }

  /**
   * Writes a new operation, for {@code tenant} to see, within the transaction that makes it
   * necessary.
   *
   * @return the operation; a conflict if the tenant has one of the kind under way
   */
  public Future<Operation> begin(SystemTx tx, Grant by, TenantId tenant, OperationKind kind) {
    return begin(tx, by, tenant, kind, "");
  }

  /** The same from a place of its own on, in the words of the kind. */
  Future<Operation> begin(
      SystemTx tx, Grant by, TenantId tenant, OperationKind kind, String place) {
    return OperationStore.start(
        tx, ids.ordered(), tenant, kind, by.caller().principal().toString(), place);
  }

  /**
   * An operation of the grant's tenant; of any, for the operators.
   *
   * @return {@link Failure.Missing} if there is none that the grant reaches
   */
  public Future<Operation> get(Grant grant, UUID id, boolean all) {
    grant.allowing(Action.OPERATION_READ);
    return (all && operates(grant)
            ? db.system(SystemTx.Job.OPERATIONS, tx -> OperationStore.find(tx, id))
            : db.read(grant.tenant(), tx -> OperationStore.find(tx, id)))
        .map(found -> found.orElseThrow(() -> Failure.missing(KIND)));
  }

  /**
   * Operations of the grant's tenant, newest first.
   *
   * @param all those of all tenants, in the operators' own
   */
  public Future<Page<Listed>> list(Grant grant, Filter filter, boolean all) {
    grant.allowing(Action.OPERATION_READ);
    return (all && operates(grant)
            ? db.system(SystemTx.Job.OPERATIONS, tx -> OperationStore.list(tx, filter))
            : db.read(grant.tenant(), tx -> OperationStore.list(tx, filter)))
        .map(found -> Page.of(found, filter.limit()));
  }

  private boolean operates(Grant grant) {
    return grant.tenant().equals(installation.operatingTenant());
  }

  /**
   * Gives an operation up, between two of its pieces: what is done stays done, and the next of the
   * kind takes it up. Of this and the operation's own end, exactly one happens.
   *
   * @param grant of the operators
   * @return the operation as cancelled; a conflict for one that has ended, or of a kind that must
   *     be finished; {@link Failure.Missing} if there is none
   */
  public Future<Operation> cancel(Grant grant, UUID id) {
    grant.allowing(Action.TENANT_OPERATE);
    return ledger.operate(
        grant,
        tx ->
            OperationStore.find(tx, id)
                .map(found -> found.orElseThrow(() -> Failure.missing(KIND)))
                .compose(found -> cancel(tx, found))
                .map(cancelled -> Change.of(cancelled, trace(cancelled))));
  }

  private static Future<Operation> cancel(SystemTx tx, Operation found) {
    return found.kind().cancellable()
        ? OperationStore.cancel(tx, found).map(now -> now.orElseThrow(Operations::conflict))
        : Future.failedFuture(conflict());
  }

  private static Failure conflict() {
    return Failure.conflict(Failure.Reason.STATE);
  }

  private static Trace trace(Operation operation) {
    return Trace.of(Resource.ofTenant(KIND).withId(operation.id()))
        .with(Map.of("change", "cancelled", "kind", operation.kind().word()));
  }
}
