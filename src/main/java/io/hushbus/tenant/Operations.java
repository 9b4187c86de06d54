package io.hushbus.tenant;

import io.hushbus.db.Db;
import io.hushbus.db.SystemTx;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.vertx.core.Future;
import java.util.UUID;

/**
 * Long work: begun in the transaction of the request that asks for it, done by {@link
 * OperationRunner} on whichever node, looked at by whoever may.
 */
public final class Operations {

  private static final String KIND = "operation";

  private final Db db;
  private final Installation installation;
  private final Uuids ids;

  public Operations(Db db, Installation installation, Uuids ids) {
    this.db = db;
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
    return OperationStore.start(
        tx, ids.ordered(), tenant, kind, by.caller().principal().toString());
  }

  /**
   * An operation of the grant's tenant; of any, for the operators.
   *
   * @return {@link Failure.Missing} if there is none that the grant reaches
   */
  public Future<Operation> get(Grant grant, UUID id) {
    grant.allowing(Action.OPERATION_READ);
    boolean all = grant.tenant().equals(installation.operatingTenant());
    return (all
            ? db.system(SystemTx.Job.OPERATIONS, tx -> OperationStore.find(tx, id))
            : db.read(grant.tenant(), tx -> OperationStore.find(tx, id)))
        .map(found -> found.orElseThrow(() -> Failure.missing(KIND)));
  }
}
