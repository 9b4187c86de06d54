package io.hushbus;

import io.hushbus.access.AccessPolicy;
import io.hushbus.access.Job;
import io.hushbus.db.Recurring;
import io.hushbus.event.Ledger;
import io.hushbus.http.Api;
import io.hushbus.model.Grant;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.Installation;
import io.hushbus.tenant.KeyDestruction;
import io.hushbus.tenant.KeyLife;
import io.hushbus.tenant.OperationKind;
import io.hushbus.tenant.OperationRunner;
import io.hushbus.tenant.OperationStep;
import io.hushbus.tenant.Operations;
import io.hushbus.tenant.RootKeyRotation;
import io.hushbus.tenant.TenantDeletion;
import io.hushbus.tenant.TenantErasure;
import io.hushbus.tenant.TenantKeyRotation;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

/** The life of keys, and the long work that it and others need done. */
record KeyParts(Api.Keys api, OperationRunner runner, Function<TenantId, Grant> right) {

  /**
   * The longest that a caller is known without being read again, and a request of it at the end.
   */
  private static final Duration DELETION_SETTLING = Duration.ofSeconds(10);

  /** A node that was not told of a tenant's end drops its keys within five seconds. */
  private static final Duration LOOK = Duration.ofSeconds(3);

  private static final Duration UPKEEP = Duration.ofMinutes(10);

  static KeyParts of(
      Ground ground,
      Installation installation,
      Ledger ledger,
      AccessPolicy policy,
      SecretParts secrets,
      Runnable keysEnded) {
    var operations = new Operations(ground.db(), ledger, installation, ground.ids());
    Function<TenantId, Grant> right = tenant -> policy.system(Job.KEY_KEEPING, tenant);
    var life =
        new KeyLife(
            ground.db(),
            ledger,
            operations,
            ground.keyrings(),
            installation,
            ground.roots(),
            ground.random());
    return new KeyParts(
        new Api.Keys(
            life,
            operations,
            new TenantDeletion(
                ledger,
                operations,
                tenant -> {
                  ground.keyrings().forget(tenant);
                  keysEnded.run();
                })),
        runner(
            ground,
            steps(
                ground,
                ledger,
                right,
                erasure(ground, installation, ledger, policy, keysEnded),
                secrets)),
        right);
  }

  private static Map<OperationKind, OperationStep> steps(
      Ground ground,
      Ledger ledger,
      Function<TenantId, Grant> right,
      TenantErasure erasure,
      SecretParts secrets) {
    var settling = ground.config().keys().settling();
    return Map.of(
        OperationKind.TENANT_KEY_ROTATION,
        new TenantKeyRotation(ground.roots(), secrets.keyedRows(), settling, ledger, right),
        OperationKind.ROOT_KEY_ROTATION,
        new RootKeyRotation(ground.roots(), ledger, right),
        OperationKind.KEY_DESTRUCTION,
        new KeyDestruction(ledger, right, settling),
        OperationKind.TENANT_DELETION,
        erasure);
  }

  private static TenantErasure erasure(
      Ground ground,
      Installation installation,
      Ledger ledger,
      AccessPolicy policy,
      Runnable keysEnded) {
    return new TenantErasure(
        ledger,
        ground.keyrings(),
        policy.system(Job.TENANT_DELETION, installation.operatingTenant()),
        tenant -> policy.system(Job.LEASE_END, tenant),
        keysEnded,
        erasure(ground));
  }

  private static TenantErasure.Settings erasure(Ground ground) {
    var audit = ground.config().audit();
    int looks = 60 + 2 * (int) audit.checkpointInterval().toSeconds();
    return new TenantErasure.Settings(
        DELETION_SETTLING,
        ground.config().keys().settling(),
        looks,
        ground.config().tenants().keepAudit());
  }

  private static OperationRunner runner(Ground ground, Map<OperationKind, OperationStep> steps) {
    var pause = Duration.ofMillis(1000 / ground.config().keys().batchesPerSecond());
    return new OperationRunner(ground.vertx(), ground.db(), ground.nodes().own(), pause, steps);
  }

  void work(Ground ground, Installation installation, Jobs jobs) {
    var vertx = ground.vertx();
    var retention = ground.config().keys().backupRetention();
    var poll = ground.config().keys().pollInterval();
    jobs.add(new Recurring(vertx, "sign of life", poll, ground.nodes()::beat));
    jobs.add(
        new Recurring(
            vertx,
            "keys of ended tenants",
            poll.compareTo(LOOK) > 0 ? poll : LOOK,
            ground.keyrings()::dropEnded));
    jobs.add(new Recurring(vertx, "long work", poll, runner::runOnce));
    jobs.add(
        new Recurring(
            vertx,
            "key upkeep",
            poll.compareTo(UPKEEP) > 0 ? poll : UPKEEP,
            () -> upkeep(installation, retention)));
  }

  private Future<Void> upkeep(Installation installation, Duration retention) {
    return api.life().upkeep(right.apply(installation.operatingTenant()), retention);
  }
}
