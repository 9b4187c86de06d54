package io.hushbus.secret;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Tx;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretId;
import io.hushbus.model.Tally;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;

/**
 * Who uses a secret, asked by the guards on deletion and pruning; answered by those who know, which
 * this package does not.
 */
public interface Uses {

  /** What stands in the way of deleting the secret, at most 100. */
  Future<List<Failure.Blocker>> blockers(Tx tx, SecretId secret);

  /**
   * Revokes every live lease on the secret; gives how many there were, as far as that is counted.
   */
  Future<Tally> revokeAll(Tx tx, Keyring keyring, SecretId secret);

  /** The versions that live leases hold. */
  Future<Set<Integer>> heldVersions(Tx tx, SecretId secret);
}
