package io.hushbus.lease;

import io.hushbus.db.Tx;
import io.hushbus.model.Action;
import io.hushbus.model.Grant;
import io.hushbus.model.Principal;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * Whose leases a grant is about: those of {@code holder}, or everybody's. Who opened a run holds
 * its leases as much as the run itself.
 */
record Reach(Optional<Principal> holder) {

  private static final RunStore RUNS = new RunStore();

  /** Everybody's if the grant is for {@code all} and not only for what is the caller's own. */
  static Reach of(Grant grant, Action all) {
    boolean everybody =
        grant.action() == all && grant.caller().principal().kind() != Principal.Kind.RUN;
    return everybody ? new Reach(Optional.empty()) : new Reach(holder(grant));
  }

  static Reach own(Grant grant) {
    grant.allowing(Action.LEASE_RENEW);
    return new Reach(holder(grant));
  }

  private static Optional<Principal> holder(Grant grant) {
    return Optional.of(grant.caller().principal());
  }

  /** The lease, if it is within reach. */
  Future<LeaseRows.Stored> only(Tx tx, LeaseRows.Stored stored) {
    if (holder.isEmpty() || holder.get().equals(stored.lease().principal())) {
      return Future.succeededFuture(stored);
    }
    return stored
        .lease()
        .run()
        .map(run -> RUNS.find(tx, tx.tenant(), run))
        .orElseGet(() -> Future.succeededFuture(Optional.empty()))
        .map(run -> run.filter(row -> row.run().isOf(holder.get())))
        .map(run -> run.map(found -> stored).orElseThrow(Leases::missing));
  }
}
