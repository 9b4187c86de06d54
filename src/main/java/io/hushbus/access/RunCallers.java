package io.hushbus.access;

import io.hushbus.db.Statements;
import io.hushbus.model.RunId;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/**
 * The living runs, as callers: a port, since the runs are kept above this package. Runs that are
 * over, forged or unknown, and those of a tenant that is not active, are all the same: none.
 */
public interface RunCallers {

  /** No run ever calls. */
  RunCallers NONE =
      new RunCallers() {
        @Override
        public Future<Optional<Found>> byToken(Statements tx, byte[][] macs) {
          return Future.succeededFuture(Optional.empty());
        }

        @Override
        public Future<Optional<Found>> byId(Statements tx, TenantId tenant, RunId run) {
          return Future.succeededFuture(Optional.empty());
        }
      };

  /**
   * A living run.
   *
   * @param name what its platform calls it; for people
   * @param left how long it lives if it does not beat again
   */
  record Found(TenantId tenant, String tenantName, RunId run, String name, Duration left) {}

  /** The run whose token has one of these keyed hashes. */
  Future<Optional<Found>> byToken(Statements tx, byte[][] macs);

  /** The run of that id. */
  Future<Optional<Found>> byId(Statements tx, TenantId tenant, RunId run);
}
