package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Tx;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretId;
import io.hushbus.model.Tally;
import io.hushbus.model.Uuids;
import io.hushbus.secret.Uses;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Live leases as uses of a secret, by the same rule of liveness as everywhere. A row that another
 * hand edited counts as a use: guards err on the side of keeping.
 */
public final class LeaseUses implements Uses {

  private static final int MOST_BLOCKERS = 100;

  private final HoldingStore store = new HoldingStore();
  private final Revocations revocations;

  public LeaseUses(Uuids ids, LeaseMeters meters) {
    this.revocations = new Revocations(ids, meters);
  }

  @Override
  public Future<List<Failure.Blocker>> blockers(Tx tx, SecretId secret) {
    return store
        .live(tx, secret, MOST_BLOCKERS)
        .map(live -> live.stream().map(id -> new Failure.Blocker("lease", id.toString())).toList());
  }

  @Override
  public Future<Set<Integer>> heldVersions(Tx tx, SecretId secret) {
    return store.heldVersions(tx, secret).map(HashSet::new);
  }

  @Override
  public Future<Tally> revokeAll(Tx tx, Keyring keyring, SecretId secret) {
    return revocations.mark(tx, keyring, Revocation.Selector.ofSecret(secret), "deletion");
  }
}
