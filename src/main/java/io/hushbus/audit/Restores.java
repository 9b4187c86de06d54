package io.hushbus.audit;

import io.hushbus.db.SystemTx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Resource;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Map;

/** What an operator says about a tenant whose data was set back on purpose. */
public final class Restores {

  // By the clock too, so that a second restore of the same backup gives another epoch.
  private static final String NEW_EPOCH =
      """
      UPDATE tenant_stream
      SET head = 0, epoch = greatest(epoch + 1, extract(epoch FROM clock_timestamp())::bigint)
      WHERE tenant_id = $1
      RETURNING epoch, date_trunc('milliseconds', clock_timestamp()) AS at
      """;

  private static final String CONFIRM =
      """
      INSERT INTO restore_confirmation (tenant_id, epoch, at, mac) VALUES ($1, $2, $3, $4)
      """;

  private record Begun(long epoch, Instant at) {}

  private final Ledger ledger;
  private final AuditKeys keys;
  private final InventoryCheck inventory;
  private final RestoreWatch watch;

  public Restores(Ledger ledger, AuditKeys keys, InventoryCheck inventory, RestoreWatch watch) {
    this.ledger = ledger;
    this.keys = keys;
    this.inventory = inventory;
    this.watch = watch;
  }

  /**
   * Opens the tenant again: checkpoints from before now bind no more, what is there is what is to
   * be there, and readers of its events start anew.
   */
  public Future<Void> confirm(Grant grant, TenantId tenant, String name) {
    grant.allowing(Action.TENANT_OPERATE);
    return ledger
        .operate(
            grant,
            tx -> confirm(tx, tenant).map(begun -> Change.of(begun, trace(tenant, name, begun))))
        .compose(begun -> watch.look())
        .mapEmpty();
  }

  private Future<Begun> confirm(SystemTx tx, TenantId tenant) {
    return inventory
        .accept(tx, tenant)
        .compose(
            accepted ->
                tx.one(
                    NEW_EPOCH,
                    row -> new Begun(row.getLong("epoch"), row.getOffsetDateTime("at").toInstant()),
                    tenant))
        .map(begun -> begun.orElseThrow(() -> Failure.missing("tenant")))
        .compose(
            begun ->
                tx.update(
                        CONFIRM,
                        tenant,
                        begun.epoch(),
                        begun.at(),
                        keys.confirmation(tenant, begun.epoch(), begun.at()))
                    .map(begun));
  }

  private static Trace trace(TenantId tenant, String name, Begun begun) {
    return Trace.of(Resource.ofTenant("restore").withId(tenant.value()))
        .named(name)
        .with(Map.of("epoch", begun.epoch()));
  }
}
