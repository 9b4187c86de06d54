package io.hushbus.tenant;

import io.hushbus.db.Tx;
import io.hushbus.event.Fact;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/**
 * What ends when a project leaves its community; answered by those who know what it has there,
 * which this package does not.
 */
public interface Leaving {

  /** For where there is nothing that could end. */
  Leaving NOTHING = (tx, project) -> Future.succeededFuture(List.of());

  /**
   * Ends it in the transaction that takes the project out, after the project's row was written.
   *
   * @return what readers are to be told, in order
   */
  Future<List<Fact>> left(Tx tx, UUID project);
}
