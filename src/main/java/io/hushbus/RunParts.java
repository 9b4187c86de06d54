package io.hushbus;

import io.hushbus.access.AccessPolicy;
import io.hushbus.access.Job;
import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.Macs;
import io.hushbus.crypto.SystemKeyKind;
import io.hushbus.db.Recurring;
import io.hushbus.event.Ledger;
import io.hushbus.lease.Outages;
import io.hushbus.lease.RevocationSweep;
import io.hushbus.lease.RunSweep;
import io.hushbus.lease.Runs;
import io.hushbus.tenant.Installation;
import java.time.Duration;

/** What keeps the tables of runs and leases tidy, and notes that a broker is up. */
record RunParts(Outages outages, RunSweep runs, RevocationSweep revocations) {

  private static final Duration BEAT = Duration.ofSeconds(2);
  private static final Duration SWEEP = Duration.ofSeconds(5);

  static RunParts of(
      Ground ground, Installation installation, Ledger ledger, AccessPolicy policy, Runs runs) {
    var db = ground.db();
    var owner = ground.nodes().own();
    return new RunParts(
        new Outages(db, content -> mac(installation, content)),
        new RunSweep(db, ledger, runs, owner, tenant -> policy.system(Job.RUN_SWEEP, tenant)),
        new RevocationSweep(db, ground.keyrings(), owner));
  }

  private static byte[] mac(Installation installation, Canonical content) {
    return Macs.hmacSha256(installation.systemKey(SystemKeyKind.CURSOR_MAC), content.encode());
  }

  /** Blocks until it is noted that this broker is up, so that no run is lost by its absence. */
  void work(Ground ground, Jobs jobs) {
    outages.beat().await();
    jobs.add(
        new Recurring(
            ground.vertx(),
            "the beat of the broker",
            BEAT,
            () -> outages.beat().compose(done -> outages.check())));
    jobs.add(new Recurring(ground.vertx(), "run sweep", SWEEP, runs::runOnce));
    jobs.add(new Recurring(ground.vertx(), "revocation sweep", SWEEP, revocations::runOnce));
  }
}
