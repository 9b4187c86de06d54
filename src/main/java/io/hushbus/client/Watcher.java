package io.hushbus.client;

/**
 * Who wants to know how the broker is reached while leases are kept. Told on a thread of the
 * client: must not block.
 */
public interface Watcher {

  /** Nobody. */
  Watcher NONE = new Watcher() {};

  /** No answer came; it is asked again. Told once, until it is back. */
  default void away(Unreachable why) {}

  /** The broker answers again. */
  default void back() {}

  /** Notices cannot be heard; renewals alone tell of new versions. */
  default void deaf(RuntimeException why) {}
}
