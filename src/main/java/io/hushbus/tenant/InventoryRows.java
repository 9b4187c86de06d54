package io.hushbus.tenant;

import io.hushbus.crypto.Canonical;
import io.hushbus.db.Statements;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/**
 * The rows of one table that count in a tenant's {@link Inventory}. A port: whoever owns such a
 * table implements it, and says in each of its changes what came and what went.
 */
public interface InventoryRows {

  /** The next rows of the tenant by their ids, those after one. */
  Future<List<Entry>> after(Statements tx, TenantId tenant, UUID id, int limit);

  /**
   * One row.
   *
   * @param content all of it that decides anything
   * @param secrets 1 for the head of a secret, else 0
   * @param sequence of a head, else 0
   */
  record Entry(UUID id, Canonical content, int secrets, long sequence) {}
}
