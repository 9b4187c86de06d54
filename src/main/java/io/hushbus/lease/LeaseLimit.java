package io.hushbus.lease;

import java.util.Locale;

/** What may make a lease shorter than was asked for. */
public enum LeaseLimit {
  /** The longest time that the configuration allows. */
  BROKER,
  /** The longest time that the operator allows the tenant. */
  TENANT,
  /** The longest time that is allowed for the secret. */
  SECRET,
  /** The time at which the version that is held is retired. */
  VERSION,
  /** The deadline of the run. */
  RUN;

  /** The word used in the API. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
