package io.hushbus;

import io.hushbus.access.BindingCount;
import io.hushbus.secret.SecretServices;
import io.hushbus.tenant.InventoryRows;
import io.hushbus.tenant.Projects;
import java.util.ArrayList;
import java.util.List;

/** Every table whose rows count in the tenants' inventories. */
public final class CountedTables {

  private CountedTables() {}

  public static List<InventoryRows> all() {
    List<InventoryRows> all = new ArrayList<>(SecretServices.inventoryRows());
    all.add(Projects.inventoryRows());
    all.add(BindingCount.rows());
    return List.copyOf(all);
  }
}
