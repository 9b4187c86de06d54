package io.hushbus.lease;

import io.hushbus.db.Db;
import io.hushbus.db.DedicatedConnection;
import io.hushbus.event.Idempotency;
import io.hushbus.event.Ledger;
import io.hushbus.model.Uuids;
import io.hushbus.secret.SecretOpener;
import io.vertx.core.Context;

/** Makes the granting service and its batch, which nobody outside sees. */
public final class LeaseServices {

  private LeaseServices() {}

  /**
   * @param connection used for the commits of grants and for nothing else
   * @param context the event loop on which grants gather
   */
  public static LeaseGrants grants(
      Db db,
      Ledger ledger,
      SecretOpener secrets,
      DedicatedConnection connection,
      Context context,
      Idempotency idempotency,
      Uuids ids,
      LeaseTerms.Limits limits,
      LeaseMeters meters) {
    return new LeaseGrants(
        db,
        ledger,
        secrets,
        new GrantBatch(connection, context, meters),
        idempotency,
        ids,
        limits,
        meters);
  }
}
