package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.db.Db;
import io.hushbus.db.JobLease;
import io.hushbus.db.SystemTx;
import io.hushbus.model.Failure;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes into the leases what has ended them along with others, a bounded slice at a time, on one
 * node at a time. Only tidies: they have ended already, and stay so if this never runs.
 */
public final class RevocationSweep {

  private static final Logger log = LoggerFactory.getLogger(RevocationSweep.class);

  private static final Duration HELD_FOR = Duration.ofMinutes(1);
  private static final UUID NONE = new UUID(0, 0);
  private static final int SLICE = 500;
  private static final int MOST_MARKS = 20;
  private static final int MOST_SLICES = 40;

  private final Db db;
  private final Keyrings keyrings;
  private final JobLease lease;
  private final RevocationStore store = new RevocationStore();

  /** The mark that was left alone last: it and those before it are met again after all others. */
  private volatile UUID passed = NONE;

  /** Where the next slice begins, so that what is written already is not looked at again. */
  private volatile Place place = new Place(NONE, NONE);

  /**
   * How far the leases of a mark are written.
   *
   * @param after all up to this one that were there
   */
  private record Place(UUID mark, UUID after) {}

  /**
   * @param owner this process: a random id made when it started
   */
  public RevocationSweep(Db db, Keyrings keyrings, UUID owner) {
    this.db = db;
    this.keyrings = keyrings;
    this.lease = new JobLease(db, SystemTx.Job.LEASE_SWEEPER, "revocation-sweep", owner, HELD_FOR);
  }

  /** Tidies up to 20,000 leases, unless another node does; gives how many. */
  public Future<Integer> runOnce() {
    return slices(MOST_SLICES, 0);
  }

  private Future<Integer> slices(int left, int done) {
    return lease
        .acquire()
        .compose(held -> held.map(this::slice).orElseGet(() -> Future.succeededFuture(-1)))
        .compose(
            rows ->
                rows < 0 || left == 1
                    ? Future.succeededFuture(done + Math.max(rows, 0))
                    : slices(left - 1, done + rows));
  }

  /** One mark's next leases; -1 if there is no mark left. */
  private Future<Integer> slice(JobLease.Fence fence) {
    return db.system(SystemTx.Job.LEASE_SWEEPER, tx -> store.untidied(tx, passed, MOST_MARKS))
        .compose(marks -> marks.isEmpty() ? allSeen() : first(fence, marks.iterator()));
  }

  private Future<Integer> allSeen() {
    passed = NONE;
    return Future.succeededFuture(-1);
  }

  /** The first mark that can be tidied: a tenant whose keys are gone holds up no other one. */
  private Future<Integer> first(JobLease.Fence fence, Iterator<RevocationStore.Stored> marks) {
    RevocationStore.Stored next = marks.next();
    return tidy(fence, next)
        .recover(
            cause ->
                cause instanceof Failure.Integrity
                    ? past(fence, next, marks)
                    : Future.failedFuture(cause));
  }

  private Future<Integer> past(
      JobLease.Fence fence, RevocationStore.Stored left, Iterator<RevocationStore.Stored> marks) {
    passed = left.mark().id();
    return marks.hasNext() ? first(fence, marks) : Future.succeededFuture(0);
  }

  private Future<Integer> tidy(JobLease.Fence fence, RevocationStore.Stored stored) {
    return keyrings
        .learning(
            () ->
                keyrings
                    .of(stored.tenant())
                    .compose(
                        keyring ->
                            db.system(
                                SystemTx.Job.LEASE_SWEEPER,
                                tx -> fence.hold(tx).compose(held -> tidy(tx, keyring, stored)))))
        .map(this::at);
  }

  private int at(Slice slice) {
    place = slice.next();
    return slice.leases();
  }

  /** So many leases were written; where to go on. */
  private record Slice(int leases, Place next) {}

  /**
   * Done is a mark when all of its leases were looked at from the first one on: a grant that was
   * under way may have come in behind the place.
   */
  private Future<Slice> tidy(SystemTx tx, Keyring keyring, RevocationStore.Stored stored) {
    Revocation mark = stored.mark();
    if (!keyring.verifies(mark.canonical(keyring.tenant()), stored.mac())) {
      log.error(
          "event=row_forged table=lease_revocation tenant={} row={}", stored.tenant(), mark.id());
    }
    Place here = place;
    UUID after = here.mark().equals(mark.id()) ? here.after() : NONE;
    Slice none = new Slice(0, new Place(mark.id(), NONE));
    return store
        .unwritten(tx, stored.tenant(), mark, after, SLICE)
        .compose(
            leases -> {
              if (!leases.isEmpty()) {
                UUID last = leases.getLast().lease().id().value();
                return write(tx, keyring, mark, leases)
                    .map(new Slice(leases.size(), new Place(mark.id(), last)));
              }
              return after.equals(NONE)
                  ? store.tidied(tx, stored.tenant(), mark.id()).map(none)
                  : Future.succeededFuture(none);
            });
  }

  private Future<Void> write(
      SystemTx tx, Keyring keyring, Revocation mark, List<LeaseRows.Stored> leases) {
    return store.write(
        tx,
        keyring.tenant(),
        leases.stream().map(one -> one.lease().revoked(mark.at())).toList(),
        leases.stream().map(one -> mac(keyring, mark, one)).toList());
  }

  /** A row of another hand's ends too, so that it is not met again, and is made no more genuine. */
  private static RowMac mac(Keyring keyring, Revocation mark, LeaseRows.Stored stored) {
    return LiveLeases.genuine(keyring, stored)
        ? keyring.mac(stored.lease().revoked(mark.at()).canonical(keyring.tenant()))
        : stored.mac();
  }
}
