package io.hushbus.support;

import static io.hushbus.support.World.await;

import io.hushbus.lease.Lease;
import io.hushbus.lease.LeaseAsk;
import io.hushbus.lease.LeaseGrants;
import io.hushbus.lease.LeaseMoves;
import io.hushbus.lease.LeasedSecret;
import io.hushbus.lease.Leases;
import io.hushbus.lease.Revocation;
import io.hushbus.lease.Run;
import io.hushbus.lease.RunAsk;
import io.hushbus.lease.Runs;
import io.hushbus.model.Action;
import io.hushbus.model.EntryName;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Principal;
import io.hushbus.model.RunId;
import io.hushbus.model.SecretName;
import io.hushbus.model.SecretValue;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Runs of one tenant in its project {@code demo}, opened by {@link TenantWorld#someone}. */
public final class RunWorld {

  private final TenantWorld tenant;
  private int names;

  public RunWorld(TenantWorld tenant) {
    this.tenant = tenant;
  }

  /** A new run that beats every minute. */
  public Run open() {
    return open(Optional.empty(), Duration.ofMinutes(1));
  }

  public Run open(Optional<Instant> deadline, Duration heartbeat) {
    Runs.Opened opened = await(opening(ask("job-" + ++names, 1, deadline, Optional.of(heartbeat))));
    opened.token().ifPresent(SecretValue::close);
    return opened.view().run();
  }

  public Future<Runs.Opened> opening(RunAsk ask) {
    return tenant.world.runs.open(tenant.grant(Action.RUN_OPEN, tenant.demo), ask);
  }

  public RunAsk ask(
      String externalId, int attempt, Optional<Instant> deadline, Optional<Duration> heartbeat) {
    return new RunAsk(tenant.demo, Optional.empty(), externalId, attempt, deadline, heartbeat);
  }

  public Run.State state(RunId run) {
    return await(tenant.world.runs.get(tenant.grant(Action.RUN_READ), run)).state();
  }

  public Future<Runs.View> beating(RunId run) {
    return tenant.world.heartbeats.beat(tenant.grant(Action.RUN_BEAT), run, Optional.empty());
  }

  public Future<Runs.View> completing(RunId run) {
    return completing(tenant.world, run);
  }

  public Future<Runs.View> completing(World node, RunId run) {
    return node.runs.complete(tenant.grant(Action.RUN_END), run, Run.Outcome.SUCCEEDED);
  }

  /** Leases whole secrets for the run, for the usual time. */
  public Future<LeaseGrants.Granted> leasing(RunId run, String... secrets) {
    return leasing(tenant.world, tenant.someone, ask(run, Optional.empty(), secrets));
  }

  public Future<LeaseGrants.Granted> leasing(World node, Principal caller, LeaseAsk ask) {
    return node.grants.grantRun(tenant.grant(caller, Action.LEASE_GRANT), ask);
  }

  public LeaseAsk ask(RunId run, Optional<Duration> ttl, String... secrets) {
    return ask(run, ttl, Optional.empty(), List.of(), secrets);
  }

  public LeaseAsk ask(
      RunId run,
      Optional<Duration> ttl,
      Optional<Duration> least,
      List<EntryName> entries,
      String... secrets) {
    return new LeaseAsk(
        tenant.demo,
        Arrays.stream(secrets)
            .map(one -> new LeaseAsk.Wanted(new SecretName(one), entries, false, Lease.Need.NONE))
            .toList(),
        ttl,
        least,
        Optional.of(run));
  }

  /** Leases one secret for the run and forgets the value. */
  public Lease lease(RunId run, String secret) {
    try (LeasedSecret leased = await(leasing(run, secret)).leases().getFirst()) {
      return leased.lease();
    }
  }

  public Lease.State stateOf(World node, LeaseId lease) {
    return view(node, lease).state();
  }

  public Leases.View view(World node, LeaseId lease) {
    return await(node.leases.get(tenant.grant(Action.LEASE_READ), lease));
  }

  public Future<Leases.Renewed> renewing(World node, LeaseId lease, Optional<Duration> ttl) {
    return node.leases.renew(tenant.grant(Action.LEASE_RENEW), lease, ttl);
  }

  public Future<LeasedSecret> advancing(LeaseId lease) {
    return tenant.world.moves.advance(tenant.grant(Action.LEASE_RENEW), lease);
  }

  /** Takes the newest version and forgets the value. */
  public Lease advance(LeaseId lease) {
    try (LeasedSecret leased = await(advancing(lease))) {
      return leased.lease();
    }
  }

  public Future<Lease> saying(LeaseId lease, int version, Lease.Ack.Status status) {
    return saying(lease, version, status, Optional.empty());
  }

  public Future<Lease> saying(
      LeaseId lease, int version, Lease.Ack.Status status, Optional<String> member) {
    return tenant.world.moves.acknowledge(
        tenant.grant(Action.LEASE_RENEW),
        lease,
        new LeaseMoves.Saying(version, status, "", member));
  }

  public int revoke(World node, Revocation.Selector of) {
    return await(node.bulk.revoke(tenant.grant(Action.LEASE_REVOKE), of)).count();
  }

  /** A new secret with a value of its own. */
  public String stored() {
    String name = "of-runs-" + ++names;
    tenant.create(tenant.demo, name, Canary.value());
    return name;
  }
}
