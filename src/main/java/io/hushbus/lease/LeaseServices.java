package io.hushbus.lease;

import io.hushbus.db.Db;
import io.hushbus.db.DedicatedConnection;
import io.hushbus.db.Purge;
import io.hushbus.event.Idempotency;
import io.hushbus.event.Ledger;
import io.hushbus.model.Uuids;
import io.hushbus.secret.SecretOpener;
import io.hushbus.tenant.Nodes;
import io.hushbus.tenant.Quotas;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.UUID;
import java.util.function.IntConsumer;

/** Makes the granting service and its batch, which nobody outside sees. */
public final class LeaseServices {

  private LeaseServices() {}

  /**
   * The job that forgets leases which have been over for longer than {@code keep}. Live ones never
   * are.
   *
   * @param owner this process: a random id made when it started
   * @param told how many went
   */
  public static Purge purge(Db db, UUID owner, Duration keep, IntConsumer told) {
    return new Purge(db, "lease-purge", owner, LeaseStore.PURGE, keep, told);
  }

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
      LeaseMeters meters,
      Quotas quotas,
      Nodes nodes) {
    return new LeaseGrants(
        db,
        ledger,
        secrets,
        new GrantBatch(connection, context, meters),
        idempotency,
        ids,
        limits,
        meters,
        new LeaseBudget(db, quotas, nodes, System::nanoTime));
  }
}
