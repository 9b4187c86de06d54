package io.hushbus.lease;

import io.hushbus.db.Tx;
import io.hushbus.model.Action;
import io.hushbus.model.Caller;
import io.hushbus.model.Grant;
import io.hushbus.model.Principal;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * Whose leases a grant is about: those of {@code caller}, or everybody's. Who opened a run holds
 * its leases as much as the run itself.
 */
record Reach(Optional<Caller> caller) {

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

  private static Optional<Caller> holder(Grant grant) {
    return Optional.of(grant.caller());
  }

  /** Whose leases alone it is about. */
  Optional<Principal> holder() {
    return caller.map(Caller::principal);
  }

  /** The lease, if it is within reach. */
  Future<LeaseRows.Stored> only(Tx tx, LeaseRows.Stored stored) {
    if (caller.isEmpty() || stored.lease().isHeldBy(caller.get())) {
      return Future.succeededFuture(stored);
    }
    return stored
        .lease()
        .run()
        .map(run -> RUNS.find(tx, tx.tenant(), run))
        .orElseGet(() -> Future.succeededFuture(Optional.empty()))
        .map(run -> run.filter(row -> row.run().isOf(caller.get().principal())))
        .map(run -> run.map(found -> stored).orElseThrow(Leases::missing));
  }
}
