package io.hushbus.secret;

/** What secrets and their sharing tell about themselves; called on event loops, must not block. */
@FunctionalInterface
public interface SecretMeters {

  /** Tells nobody. */
  SecretMeters NONE = table -> {};

  /** A row of that table was not written by the broker, and gives nothing: an alarm. */
  void rowForged(String table);
}
