package io.hushbus.tenant;

import io.hushbus.db.Tx;
import io.vertx.core.Future;
import java.util.UUID;

/**
 * The roles that end with a community; answered by those who know roles, which this package does
 * not.
 */
@FunctionalInterface
public interface Unbinding {

  /** Ends them in the transaction that removes the community, before it is removed. */
  Future<Void> unbound(Tx tx, UUID community);
}
