package io.hushbus.tenant;

import io.hushbus.db.SystemTx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Resource;
import io.hushbus.model.TenantId;
import io.hushbus.model.TenantName;
import io.vertx.core.Future;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The end of a tenant: from the moment it is asked for, nobody is a caller of that tenant any more;
 * then {@link TenantErasure} destroys its keys and removes its rows.
 */
public final class TenantDeletion {

  private static final String KIND = "tenant";

  private final Ledger ledger;
  private final Operations operations;
  private final Consumer<TenantId> told;

  /**
   * @param told called with a tenant that is being deleted from now on: its keys are to be dropped
   */
  public TenantDeletion(Ledger ledger, Operations operations, Consumer<TenantId> told) {
    this.told = told;
    this.ledger = ledger;
    this.operations = operations;
  }

  /**
   * Begins to delete a tenant; there is no way back.
   *
   * @param confirmed the tenant's name once more
   * @return the operation; invalid if the name is not confirmed; a conflict for the operators' own
   *     tenant and while a deletion is under way: one that failed is begun with anew
   */
  public Future<Operation> begin(Grant grant, TenantName name, String confirmed) {
    grant.allowing(Action.TENANT_OPERATE);
    if (!confirmed.equals(name.text())) {
      return Future.failedFuture(Failure.invalid("?confirm", Failure.Code.NOT_ALLOWED));
    }
    return ledger
        .operate(grant, tx -> beginIn(tx, grant, name))
        .onSuccess(begun -> told.accept(begun.tenant()));
  }

  private Future<Change<Operation>> beginIn(SystemTx tx, Grant grant, TenantName name) {
    return TenantStore.named(tx, name.text())
        .map(found -> found.orElseThrow(() -> Failure.missing(KIND)))
        .compose(
            tenant ->
                ErasureStore.begin(tx, tenant.id())
                    .map(TenantDeletion::unlessForbidden)
                    .compose(begun -> ErasureStore.cancelWork(tx, tenant.id()))
                    .compose(
                        done ->
                            operations.begin(tx, grant, tenant.id(), OperationKind.TENANT_DELETION))
                    .map(operation -> Change.of(operation, trace(tenant))));
  }

  private static Void unlessForbidden(boolean begun) {
    if (!begun) {
      throw Failure.conflict(Failure.Reason.STATE);
    }
    return null;
  }

  private static Trace trace(Tenant tenant) {
    return Trace.of(Resource.ofTenant(KIND).withId(tenant.id().value()))
        .named(tenant.name())
        .with(Map.of("change", "deleting"));
  }
}
