package io.hushbus.client;

import io.vertx.core.Future;

/** Puts a new version to use. */
@FunctionalInterface
public interface Rotation {

  /**
   * A newer version has come. If this completes, it is acknowledged as applied, and the version
   * before is wiped. If it fails, that is acknowledged as failed ({@link Deferred}: as deferred; of
   * all but these and {@link Failed} only the kind is told), the version before stays in use, and
   * the newer one is offered again later.
   *
   * @param newer the lease's, wiped when it is no longer in use
   */
  Future<Void> taken(LeasedSecret newer);

  /** It could not be put to use, and why may be told. */
  final class Failed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * @param why for people who look at the rotation; never a value; at most 200 characters
     */
    public Failed(String why) {
      super(why, null, false, false);
    }
  }

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
