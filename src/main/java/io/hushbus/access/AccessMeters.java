package io.hushbus.access;

/** What access control tells about itself; called on event loops, must not block. */
public interface AccessMeters {

  /** Tells nobody. */
  AccessMeters NONE = new AccessMeters() {};

  /** A row of that table was not written by the broker, and is ignored: an alarm. */
  default void rowForged(String table) {}

  /** An identity provider did not give its key set. */
  default void keySetFailed() {}

  /** A login was refused without being tried: too many failed before. */
  default void loginLocked() {}
}
