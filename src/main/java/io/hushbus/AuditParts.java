package io.hushbus;

import io.hushbus.audit.AuditKeys;
import io.hushbus.audit.AuditTrail;
import io.hushbus.audit.CheckpointFile;
import io.hushbus.audit.RestoreWatch;
import io.hushbus.audit.Restores;
import io.hushbus.audit.SealPlan;
import io.hushbus.audit.Sealer;
import io.hushbus.crypto.Signer;
import io.hushbus.crypto.SystemKeyKind;
import io.hushbus.db.JobLease;
import io.hushbus.db.Recurring;
import io.hushbus.db.SystemTx;
import io.hushbus.event.Ledger;
import io.hushbus.tenant.Installation;
import java.time.Duration;
import java.util.Optional;

/** The trail of what was done, and what seals it. */
record AuditParts(
    AuditTrail trail, Sealer sealer, Restores restores, Optional<RestoreWatch> watch) {

  private static final Duration SEALER_LEASE = Duration.ofSeconds(15);

  static AuditParts of(Ground ground, Installation installation, Ledger ledger) {
    var keys = keys(installation);
    var watch = watch(ground, keys);
    return new AuditParts(
        new AuditTrail(ground.db(), keys, ground.pool()),
        sealer(ground, keys, watch),
        new Restores(ledger, keys, watch),
        watch);
  }

  private static AuditKeys keys(Installation installation) {
    return new AuditKeys(
        installation.clusterId(),
        installation.systemKey(SystemKeyKind.AUDIT_MAC),
        installation.systemKeys(SystemKeyKind.AUDIT_SIGNING).descendingMap().values().stream()
            .map(Signer::new)
            .toList());
  }

  private static Optional<RestoreWatch> watch(Ground ground, AuditKeys keys) {
    return ground
        .config()
        .audit()
        .checkpointFile()
        .map(
            path ->
                new RestoreWatch(
                    ground.db(),
                    keys,
                    new CheckpointFile(ground.vertx(), path),
                    tenants -> {
                      ground.keyrings().holdBack(tenants);
                      ground.meters().setBack(tenants.size());
                    }));
  }

  private static Sealer sealer(Ground ground, AuditKeys keys, Optional<RestoreWatch> watch) {
    var db = ground.db();
    var settings = ground.config().audit();
    var node = ground.ids().random();
    var lease = new JobLease(db, SystemTx.Job.AUDIT_SEALER, "audit-sealer", node, SEALER_LEASE);
    var plan =
        SealPlan.every(
            settings.sealInterval(), settings.checkpointEvery(), settings.checkpointInterval());
    return new Sealer(db, lease, keys, ground.pool(), plan, watch, ground.meters());
  }

  /** Compares the database with what was written outside it, now and again and again. Blocks. */
  void watch(Ground ground, Endings endings) {
    watch.ifPresent(
        outside -> {
          outside.look().await();
          var interval = ground.config().audit().checkpointInterval();
          var loop = new Recurring(ground.vertx(), "restore watch", interval, outside::look);
          endings.addSlow(loop::stop);
          loop.start();
        });
  }

  void seal(Ground ground, Endings endings) {
    var interval = ground.config().audit().sealInterval();
    var loop = new Recurring(ground.vertx(), "audit sealing", interval, sealer::runOnce);
    endings.addSlow(loop::stop);
    loop.start();
  }
}
