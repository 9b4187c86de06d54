package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.model.Grant;
import io.hushbus.model.LeaseId;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.hushbus.secret.SecretOpener;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Renews plain leases in groups: those that this node wrote last, and that are as it left them, by
 * one statement; others by three. What belongs to a run or was adopted, holds several versions, or
 * is locked by somebody, is left for the long way, which waits and asks more.
 */
final class Renewals {

  /**
   * A renewal that is asked for.
   *
   * @param grant to renew one's own
   */
  record Ask(Grant grant, LeaseId id, Optional<Duration> ttl, Keyring keyring, LeaseBounds bounds) {

    TenantId tenant() {
      return grant.tenant();
    }

    /** What it makes of a lease. */
    Done of(Lease before, Instant now, LiveLeases.Standing standing, String stamp) {
      Leases.Extended extended = Leases.extended(before, now, standing, ttl, bounds);
      Lease next = extended.next();
      RowMac mac = keyring.mac(next.canonical(tenant()));
      return new Done(this, new RecentLeases.Known(next, mac, standing, stamp), extended.told());
    }
  }

  /** What becomes of a lease: its new row, and what its holder is told. */
  record Done(Ask ask, RecentLeases.Known next, Leases.Renewed told) {}

  private final RecentLeases recent = new RecentLeases();
  private final KnownRenewals known;
  private final RenewBatch others;

  /**
   * @param knowing of renewals of what is known, and of nothing else
   * @param reading of those that are read first, and of nothing else
   */
  Renewals(Commits knowing, Commits reading, SecretOpener secrets, Uuids ids) {
    LeaseBatchStore store = new LeaseBatchStore(ids);
    this.known = new KnownRenewals(knowing, secrets, store);
    this.others = new RenewBatch(reading, secrets, store);
  }

  /**
   * The lease as it is once that is committed with its audit record; empty if it is for the long
   * way, and nothing was done. Fails as {@link Leases#renew}.
   */
  Future<Optional<Leases.Renewed>> submit(Ask ask) {
    return recent
        .take(ask.tenant(), ask.id())
        .filter(one -> one.lease().isHeldBy(ask.grant().caller()))
        .filter(one -> ask.keyring().knows(one.mac().generation()))
        .map(one -> known.submit(ask, one))
        .orElseGet(() -> Future.succeededFuture(Optional.empty()))
        .compose(done -> done.isPresent() ? Future.succeededFuture(done) : others.submit(ask))
        .map(done -> done.map(this::told));
  }

  private Leases.Renewed told(Done done) {
    recent.put(done.ask().tenant(), done.next());
    return done.told();
  }
}
