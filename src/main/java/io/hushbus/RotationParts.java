package io.hushbus;

import io.hushbus.access.AccessPolicy;
import io.hushbus.access.Job;
import io.hushbus.db.Recurring;
import io.hushbus.event.Ledger;
import io.hushbus.http.Api;
import io.hushbus.lease.Holders;
import io.hushbus.outbound.Outbound;
import io.hushbus.rotation.Generator;
import io.hushbus.rotation.HookRounds;
import io.hushbus.rotation.PolicyRounds;
import io.hushbus.rotation.RotationRounds;
import io.hushbus.rotation.RotationServices;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.Supplier;

/** Rotations, and what brings them to their end. */
record RotationParts(
    Api.Turns api, RotationRounds rounds, PolicyRounds policies, HookRounds hooks) {

  /** How long a rotation that waits is left alone, if nothing is heard of its holders. */
  private static final Duration PAUSE = Duration.ofSeconds(2);

  static RotationParts of(
      Ground ground, Ledger ledger, AccessPolicy policy, SecretParts secrets, Outbound outbound) {
    var services =
        new RotationServices(
            ground.db(),
            ledger,
            ground.keyrings(),
            secrets.lineage(),
            new Holders(ground.meters()),
            secrets.holdings().changes(),
            secrets.holdings().secrets(),
            new Generator(ground.pool(), ground.random()),
            secrets.signing(),
            outbound,
            ground.ids(),
            ground.config().rotation().grace());
    return new RotationParts(
        new Api.Turns(services.rotations(), services.policies()),
        services.rounds(
            ground.ids().random(), tenant -> policy.system(Job.ROTATION, tenant), PAUSE),
        services.policyRounds(
            ground.ids().random(),
            tenant -> policy.system(Job.ROTATION_POLICY, tenant),
            tenant -> policy.system(Job.ROTATION, tenant)),
        services.hookRounds(
            ground.ids().random(),
            tenant -> policy.system(Job.ROTATION_POLICY, tenant),
            tenant -> policy.system(Job.ROTATION, tenant),
            new HookRounds.Patience(Duration.ofSeconds(30), Duration.ofHours(1))));
  }

  void work(Ground ground, Endings endings) {
    work(ground, endings, "rotation", rounds::runOnce);
    work(ground, endings, "rotation policy", policies::runOnce);
    work(ground, endings, "rotation hook", hooks::runOnce);
  }

  private static void work(Ground ground, Endings endings, String name, Supplier<Future<?>> round) {
    var pause = ground.config().rotation().pollInterval();
    var loop = new Recurring(ground.vertx(), name, pause, round);
    endings.addSlow(loop::stop);
    loop.start();
  }
}
