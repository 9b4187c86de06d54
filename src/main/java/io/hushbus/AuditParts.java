package io.hushbus;

import io.hushbus.audit.AuditKeys;
import io.hushbus.audit.AuditTrail;
import io.hushbus.audit.CheckpointFile;
import io.hushbus.audit.SealPlan;
import io.hushbus.audit.Sealer;
import io.hushbus.crypto.Signer;
import io.hushbus.crypto.SystemKeyKind;
import io.hushbus.db.JobLease;
import io.hushbus.db.Recurring;
import io.hushbus.db.SystemTx;
import io.hushbus.tenant.Installation;
import java.time.Duration;

/** The trail of what was done, and what seals it. */
record AuditParts(AuditTrail trail, Sealer sealer) {

  private static final Duration SEALER_LEASE = Duration.ofSeconds(15);

  static AuditParts of(Ground ground, Installation installation) {
    var keys = keys(installation);
    return new AuditParts(new AuditTrail(ground.db(), keys, ground.pool()), sealer(ground, keys));
  }

  private static AuditKeys keys(Installation installation) {
    return new AuditKeys(
        installation.clusterId(),
        installation.systemKey(SystemKeyKind.AUDIT_MAC),
        installation.systemKeys(SystemKeyKind.AUDIT_SIGNING).descendingMap().values().stream()
            .map(Signer::new)
            .toList());
  }

  private static Sealer sealer(Ground ground, AuditKeys keys) {
    var db = ground.db();
    var settings = ground.config().audit();
    var node = ground.ids().random();
    var lease = new JobLease(db, SystemTx.Job.AUDIT_SEALER, "audit-sealer", node, SEALER_LEASE);
    var plan =
        SealPlan.every(
            settings.sealInterval(), settings.checkpointEvery(), settings.checkpointInterval());
    var file = settings.checkpointFile().map(path -> new CheckpointFile(ground.vertx(), path));
    return new Sealer(db, lease, keys, ground.pool(), plan, file, ground.meters());
  }

  void seal(Ground ground, Endings endings) {
    var interval = ground.config().audit().sealInterval();
    var loop = new Recurring(ground.vertx(), "audit sealing", interval, sealer::runOnce);
    endings.addSlow(loop::stop);
    loop.start();
  }
}
