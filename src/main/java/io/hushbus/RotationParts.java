package io.hushbus;

import io.hushbus.access.AccessPolicy;
import io.hushbus.access.Job;
import io.hushbus.db.Recurring;
import io.hushbus.delivery.Hints;
import io.hushbus.event.EventType;
import io.hushbus.event.Fact;
import io.hushbus.event.Ledger;
import io.hushbus.http.Api;
import io.hushbus.lease.Holders;
import io.hushbus.lease.Revocation;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import io.hushbus.outbound.Outbound;
import io.hushbus.rotation.Generator;
import io.hushbus.rotation.HookRounds;
import io.hushbus.rotation.PolicyRounds;
import io.hushbus.rotation.RotationRounds;
import io.hushbus.rotation.RotationServices;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/** Rotations, and what brings them to their end. */
record RotationParts(
    Api.Turns api, RotationRounds rounds, Recurring loop, PolicyRounds policies, HookRounds hooks) {

  /** How long a rotation that waits is left alone, if nothing is heard of its holders. */
  private static final Duration PAUSE = Duration.ofSeconds(2);

  static RotationParts of(
      Ground ground, Ledger ledger, AccessPolicy policy, SecretParts secrets, Outbound outbound) {
    var services =
        new RotationServices(
            ground.vertx(),
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
    var rounds =
        services.rounds(ground.nodes().own(), tenant -> policy.system(Job.ROTATION, tenant), PAUSE);
    return new RotationParts(
        new Api.Turns(
            services.rotations(),
            services.policies(),
            services.statistics(),
            services.secretStatistics(),
            services.uses()),
        rounds,
        loop(ground, "rotation", rounds::runOnce),
        services.policyRounds(
            ground.nodes().own(),
            tenant -> policy.system(Job.ROTATION_POLICY, tenant),
            tenant -> policy.system(Job.ROTATION, tenant)),
        services.hookRounds(
            ground.nodes().own(),
            tenant -> policy.system(Job.ROTATION_POLICY, tenant),
            tenant -> policy.system(Job.ROTATION, tenant),
            new HookRounds.Patience(Duration.ofSeconds(30), Duration.ofHours(1))));
  }

  void work(Ground ground, Jobs jobs) {
    jobs.add(loop);
    jobs.add(loop(ground, "rotation policy", policies::runOnce));
    jobs.add(loop(ground, "rotation hook", hooks::runOnce));
  }

  private static Recurring loop(Ground ground, String name, Supplier<Future<?>> round) {
    return new Recurring(ground.vertx(), name, ground.config().rotation().pollInterval(), round);
  }

  /**
   * Something happened to leases here: rotations of their secrets are looked at soon, by this node
   * or by the one that drives rotations. Does not wait; what gets lost is found at the next look.
   */
  void heard(TenantId tenant, Revocation.Selector leases, Hints others) {
    rounds
        .rotatingUnder(tenant, leases)
        .onSuccess(secrets -> secrets.forEach(secret -> heard(tenant, secret, others)));
  }

  private void heard(TenantId tenant, SecretId secret, Hints others) {
    if (rounds.isDriving()) {
      rounds.heard(tenant, secret);
      loop.wake();
    } else {
      others.holdersChanged(tenant + "/" + secret);
    }
  }

  /**
   * Of what was committed, the rotations that began are looked at soon: one whose old version
   * nobody holds is over at once.
   */
  void begun(TenantId tenant, List<Fact> facts, Hints others) {
    facts.stream()
        .filter(fact -> fact.type() == EventType.ROTATION_STARTED)
        .map(fact -> new SecretId(UUID.fromString((String) fact.data().get("secret_id"))))
        .forEach(secret -> heard(tenant, secret, others));
  }

  /** The same from another node, as {@link Hints} carries it. */
  void heardElsewhere(String where) {
    String[] parts = where.split("/", -1);
    if (rounds.isDriving() && parts.length == 2) {
      try {
        rounds.heard(
            new TenantId(UUID.fromString(parts[0])), new SecretId(UUID.fromString(parts[1])));
        loop.wake();
      } catch (IllegalArgumentException nobodys) {
        // Whoever may connect to the database may notify: a hint that is none is left out.
      }
    }
  }
}
