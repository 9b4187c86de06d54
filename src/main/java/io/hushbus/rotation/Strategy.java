package io.hushbus.rotation;

import java.util.Locale;

/** How holders come from one version to the next. */
public enum Strategy {
  /** New leases get the new one at once, holders may keep the old one for the grace. */
  DRAIN,
  /** The old one is over at once. */
  IMMEDIATE,
  /** Some holders get the new one first; the others, and new leases, once that went well. */
  STAGED;

  /** The word used in the API and the database: stable for ever. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException for an unknown word
   */
  public static Strategy of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
