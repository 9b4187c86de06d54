package io.hushbus;

import io.hushbus.audit.AuditKeys;
import io.hushbus.audit.AuditTrail;
import io.hushbus.audit.CheckpointFile;
import io.hushbus.audit.InventoryCheck;
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
import io.hushbus.tenant.Inventory;
import io.hushbus.tenant.Stocktaking;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/** The trail of what was done, and what seals it. */
record AuditParts(
    AuditTrail trail,
    Sealer sealer,
    Restores restores,
    RestoreWatch watch,
    InventoryCheck inventory) {

  private static final Duration SEALER_LEASE = Duration.ofSeconds(15);

  private static final Duration CHECK_LEASE = Duration.ofMinutes(1);

  static AuditParts of(
      Ground ground, Installation installation, Ledger ledger, Inventory inventory) {
    var keys = keys(installation);
    var watch = watch(ground, keys);
    var check = check(ground, keys, inventory);
    return new AuditParts(
        new AuditTrail(ground.db(), keys, ground.pool()),
        sealer(ground, keys, inventory, watch),
        new Restores(ledger, keys, check, watch),
        watch,
        check);
  }

  private static InventoryCheck check(Ground ground, AuditKeys keys, Inventory inventory) {
    var db = ground.db();
    var node = ground.nodes().own();
    return new InventoryCheck(
        db,
        new JobLease(db, SystemTx.Job.AUDIT_SEALER, "inventory-check", node, CHECK_LEASE),
        keys,
        new Stocktaking(inventory, CountedTables.all(), ground.pool()));
  }

  private static AuditKeys keys(Installation installation) {
    return new AuditKeys(
        installation.clusterId(),
        installation.systemKey(SystemKeyKind.AUDIT_MAC),
        installation.systemKeys(SystemKeyKind.AUDIT_SIGNING).descendingMap().values().stream()
            .map(Signer::new)
            .toList());
  }

  private static RestoreWatch watch(Ground ground, AuditKeys keys) {
    var outside = ground.config().audit().checkpointFile();
    return new RestoreWatch(
        ground.db(),
        keys,
        outside.map(path -> new CheckpointFile(ground.vertx(), path)),
        tenants -> {
          ground.keyrings().holdBack(tenants);
          ground.meters().setBack(tenants.size());
        });
  }

  private static Sealer sealer(
      Ground ground, AuditKeys keys, Inventory inventory, RestoreWatch watch) {
    var db = ground.db();
    var settings = ground.config().audit();
    var node = ground.nodes().own();
    var lease = new JobLease(db, SystemTx.Job.AUDIT_SEALER, "audit-sealer", node, SEALER_LEASE);
    var plan =
        SealPlan.every(
            settings.sealInterval(), settings.checkpointEvery(), settings.checkpointInterval());
    return new Sealer(
        db, lease, keys, inventory, ground.pool(), plan, Optional.of(watch), ground.meters());
  }

  /**
   * Compares the database with what was written outside it, and its rows with what they are to add
   * up to; before anybody is answered.
   */
  Future<?> look() {
    return inventory.round().compose(done -> watch.look());
  }

  /** The same again and again. */
  void watch(Ground ground, Jobs jobs) {
    var interval = ground.config().audit().checkpointInterval();
    jobs.add(new Recurring(ground.vertx(), "restore watch", interval, this::lookOnce));
  }

  /** What one node finds, all see: each looks also when its own round has failed. */
  private Future<?> lookOnce() {
    return inventory.runOnce().eventually(watch::look);
  }

  void seal(Ground ground, Jobs jobs) {
    var interval = ground.config().audit().sealInterval();
    jobs.add(new Recurring(ground.vertx(), "audit sealing", interval, sealer::runOnce));
  }
}
