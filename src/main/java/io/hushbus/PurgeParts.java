package io.hushbus;

import io.hushbus.access.AccessPolicy;
import io.hushbus.access.Job;
import io.hushbus.db.Purge;
import io.hushbus.db.Recurring;
import io.hushbus.event.Idempotency;
import io.hushbus.event.Ledger;
import io.hushbus.lease.LeaseServices;
import io.hushbus.secret.TrashPurge;
import io.hushbus.tenant.Inventory;
import io.hushbus.tenant.Quotas;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/** What forgets that which is over, now and then. */
record PurgeParts(Purge leases, Purge runs, Purge revocations, Purge keys, TrashPurge trash) {

  private static final Duration PAUSE = Duration.ofMinutes(10);

  static PurgeParts of(
      Ground ground, Ledger ledger, AccessPolicy policy, Quotas quotas, Inventory inventory) {
    var db = ground.db();
    var owner = ground.nodes().own();
    var config = ground.config();
    var telemetry = ground.telemetry();
    return new PurgeParts(
        LeaseServices.purge(
            db, owner, config.leases().history(), rows -> telemetry.purged("lease", rows)),
        LeaseServices.purgeRuns(
            db, owner, config.leases().history(), rows -> telemetry.purged("run", rows)),
        LeaseServices.purgeRevocations(
            db, owner, rows -> telemetry.purged("lease_revocation", rows)),
        Idempotency.purge(db, owner, rows -> telemetry.purged("idempotency", rows)),
        new TrashPurge(
            db,
            ledger,
            quotas,
            inventory,
            owner,
            config.secrets().trash(),
            tenant -> policy.system(Job.TRASH_PURGE, tenant),
            rows -> telemetry.purged("secret", rows)));
  }

  void work(Ground ground, Jobs jobs) {
    Map<String, Supplier<Future<?>>> rounds =
        Map.of(
            "lease purge", leases::runOnce,
            "run purge", runs::runOnce,
            "revocation purge", revocations::runOnce,
            "idempotency purge", keys::runOnce,
            "trash purge", trash::runOnce);
    rounds.forEach((name, round) -> jobs.add(new Recurring(ground.vertx(), name, PAUSE, round)));
  }
}
