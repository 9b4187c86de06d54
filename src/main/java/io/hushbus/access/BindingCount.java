package io.hushbus.access;

import io.hushbus.db.Statements;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.Inventory;
import io.hushbus.tenant.InventoryRows;
import io.hushbus.tenant.Stock;
import io.hushbus.tenant.Unbinding;
import io.vertx.core.Future;
import java.util.List;

/**
 * Counts role bindings in their tenant's inventory, in the transaction that makes or removes them:
 * one that another hand removed, or put back, no longer adds up.
 */
public final class BindingCount {

  private final Inventory inventory;

  public BindingCount(Inventory inventory) {
    this.inventory = inventory;
  }

  /** The rows that count. */
  public static InventoryRows rows() {
    return BindingStore.STOCK;
  }

  /** What ends the roles at a community. */
  public Unbinding atCommunities() {
    return (tx, community) ->
        BindingStore.removeAt(tx, community).compose(gone -> went(tx, tx.tenant(), gone));
  }

  /** A binding that is there from now on. */
  Future<RoleBinding> came(Statements tx, TenantId tenant, RoleBinding binding) {
    Stock stock = new Stock();
    stock.came(BindingStore.stock(tenant, binding));
    return inventory.move(tx, tenant, stock).map(binding);
  }

  /** Bindings that were there. */
  Future<Void> went(Statements tx, TenantId tenant, List<RoleBinding> bindings) {
    Stock stock = new Stock();
    bindings.forEach(one -> stock.went(BindingStore.stock(tenant, one)));
    return inventory.move(tx, tenant, stock);
  }
}
