package io.hushbus.lease;

import io.hushbus.db.Db;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Principal;
import io.hushbus.model.RunId;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What a run has already: a lease for each secret at most. A lease that lives is the answer to
 * being asked for again, if it was asked for in the same way.
 */
final class RunLeases {

  private final Db db;
  private final Keyrings keyrings;
  private final OpenerRights openers;
  private final RunStore runs = new RunStore();
  private final LeaseStore store = new LeaseStore();

  RunLeases(Db db, Keyrings keyrings, OpenerRights openers) {
    this.db = db;
    this.keyrings = keyrings;
    this.openers = openers;
  }

  /**
   * The run, if it lives, is the caller's, and may still lease.
   *
   * @return {@link Failure.Gone} once it is over; {@link Failure.Denied} if the account that opened
   *     it is no runner there any more; {@link Failure.Missing} for another's
   */
  Future<RunStore.Stored> living(Grant grant, RunId id) {
    TenantId tenant = grant.tenant();
    return keyrings
        .learning(
            () ->
                keyrings
                    .of(tenant)
                    .compose(
                        keyring ->
                            db.read(tenant, tx -> runs.find(tx, tenant, id))
                                .map(found -> found.filter(row -> row.genuine(keyring)))))
        .map(found -> of(found, grant.caller().principal()))
        .compose(row -> openers.mayLease(tenant, row.run()).map(may -> allowed(may, row)));
  }

  private static RunStore.Stored of(Optional<RunStore.Stored> found, Principal caller) {
    RunStore.Stored row = found.filter(one -> one.run().isOf(caller)).orElseThrow(Runs::missing);
    if (!row.lives()) {
      throw Failure.gone(Runs.KIND);
    }
    return row;
  }

  private static RunStore.Stored allowed(boolean may, RunStore.Stored row) {
    if (!may) {
      throw Failure.denied();
    }
    return row;
  }

  /** The live leases of the run on what was found. */
  Future<Map<SecretId, LeaseRows.Stored>> on(
      TenantId tenant, RunId run, List<LeaseDrafts.Hit> hits) {
    List<SecretId> secrets = hits.stream().map(hit -> hit.found().head().id()).toList();
    return keyrings
        .learning(
            () ->
                keyrings
                    .of(tenant)
                    .compose(
                        keyring ->
                            db.read(tenant, tx -> store.slots(tx, run, secrets))
                                .map(
                                    rows ->
                                        rows.stream()
                                            .filter(row -> LiveLeases.genuine(keyring, row))
                                            .toList())))
        .map(RunLeases::bySecret);
  }

  private static Map<SecretId, LeaseRows.Stored> bySecret(List<LeaseRows.Stored> rows) {
    Map<SecretId, LeaseRows.Stored> live = new LinkedHashMap<>();
    rows.stream()
        .filter(row -> row.state() == Lease.State.ACTIVE)
        .forEach(row -> live.put(row.lease().secret(), row));
    return live;
  }

  /**
   * The id of a lease that is the answer to this ask.
   *
   * @throws Failure.Conflict if it was asked for otherwise, or does not hold for as long as this
   *     asks
   */
  static UUID same(LeaseAsk ask, LeaseAsk.Wanted wanted, LeaseRows.Stored held) {
    Lease lease = held.lease();
    if (!lease.isOn(wanted.entries()) || !lease.need().ttl().equals(ask.ttl())) {
      throw Failure.conflict(
          Failure.Reason.HELD_OTHERWISE,
          List.of(new Failure.Blocker("lease", lease.id().toString())));
    }
    Duration left = Duration.between(held.now(), lease.terms().expiresAt());
    if (ask.least().filter(wished -> wished.compareTo(left) > 0).isPresent()) {
      throw Failure.notPromised(left);
    }
    return lease.id().value();
  }
}
