package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Tx;
import io.hushbus.model.RunId;
import io.hushbus.model.Tally;
import io.hushbus.model.Uuids;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Ends many leases by one row, in the transaction of whatever ends them. */
final class Revocations {

  /** More are not counted: a million leases end as fast as a hundred. */
  static final int MOST_COUNTED = 1_000;

  private final Uuids ids;
  private final LeaseMeters meters;
  private final RunStore clock = new RunStore();
  private final RevocationStore store = new RevocationStore();

  Revocations(Uuids ids, LeaseMeters meters) {
    this.ids = ids;
    this.meters = meters;
  }

  /**
   * Ends every lease that matches and was issued up to now; how many of them were live, as far as
   * that is counted. Written even if none was: a grant that began before may be about to commit.
   */
  Future<Tally> mark(Tx tx, Keyring keyring, Revocation.Selector of, String by) {
    return store
        .count(tx, of, MOST_COUNTED)
        .compose(
            live ->
                clock
                    .now(tx)
                    .map(now -> new Revocation(ids.ordered(), of, now, by))
                    .compose(
                        mark -> store.insert(tx, mark, keyring.mac(mark.canonical(tx.tenant()))))
                    .map(
                        written -> {
                          meters.revoked(live.count());
                          return live;
                        }));
  }

  /**
   * The same for every open run that a principal opened, which holds what they lease as much as
   * they do: a row for each of them, in one statement. Those of which leases were live.
   */
  Future<List<RevokedRun>> markRunsOf(Tx tx, Keyring keyring, UUID opener, String by) {
    return store
        .leasesOfRunsOf(tx, opener)
        .compose(
            live ->
                store
                    .openRunsOf(tx, opener)
                    .compose(
                        open ->
                            clock
                                .now(tx)
                                .map(now -> open.stream().map(run -> ofRun(run, now, by)).toList()))
                    .compose(marks -> store.insert(tx, keyring, marks))
                    .map(
                        written -> {
                          meters.revoked(
                              live.stream().mapToInt(run -> (int) run.leases().count()).sum());
                          return live;
                        }));
  }

  private Revocation ofRun(RunId run, Instant at, String by) {
    return new Revocation(ids.ordered(), Revocation.Selector.ofRun(run), at, by);
  }
}
