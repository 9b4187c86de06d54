package io.hushbus;

import io.hushbus.access.AccessPolicy;
import io.hushbus.access.Job;
import io.hushbus.db.Recurring;
import io.hushbus.event.Ledger;
import io.hushbus.http.Api;
import io.hushbus.rotation.RotationRounds;
import io.hushbus.rotation.RotationServices;
import java.time.Duration;

/** Rotations, and what brings them to their end. */
record RotationParts(Api.Turns api, RotationRounds rounds) {

  /** How long a rotation that waits is left alone, if nothing is heard of its holders. */
  private static final Duration PAUSE = Duration.ofSeconds(2);

  static RotationParts of(
      Ground ground, Ledger ledger, AccessPolicy policy, SecretParts secrets) {
    var services =
        new RotationServices(
            ground.db(),
            ledger,
            ground.keyrings(),
            secrets.lineage(),
            secrets.holdings().changes(),
            secrets.holdings().secrets(),
            ground.config().rotation().grace());
    return new RotationParts(
        new Api.Turns(services.rotations()),
        services.rounds(
            ground.ids().random(), tenant -> policy.system(Job.ROTATION, tenant), PAUSE));
  }

  void work(Ground ground, Endings endings) {
    var loop =
        new Recurring(
            ground.vertx(),
            "rotation",
            ground.config().rotation().pollInterval(),
            rounds::runOnce);
    endings.addSlow(loop::stop);
    loop.start();
  }
}
