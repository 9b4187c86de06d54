package io.hushbus.client;

import io.vertx.core.Future;

/** Puts a new version to use. */
@FunctionalInterface
public interface Rotation {

  /**
   * A newer version has come. If this completes, it is acknowledged as applied, and the version
   * before is wiped. If it fails, that is acknowledged as failed ({@link Deferred}: as deferred),
   * the version before stays in use, and the newer one is offered again later.
   *
   * @param newer the lease's, wiped when it is no longer in use
   */
  Future<Void> taken(LeasedSecret newer);

  /** Not now: the version before stays in use, and nothing is wrong. */
  final class Deferred extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * @param why for people who look at the rotation; never a value; at most 200 characters
     */
    public Deferred(String why) {
      super(why, null, false, false);
    }
  }
}
