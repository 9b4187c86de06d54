package io.hushbus.model;

import java.util.Locale;

/** The life of one version, in order. */
public enum VersionState {
  /** Written, not yet announced to all: a staged rotation. */
  PENDING,
  /** The one that new leases get. */
  CURRENT,
  /** Replaced, still valid for its holders while they move. */
  PREVIOUS,
  /**
   * No longer handed out; the ciphertext is kept, so that a roll-back can make a new version of it.
   */
  RETIRED,
  /** The ciphertext and its wrapped key are gone. */
  DESTROYED;

  /** The word used in the API and the database: stable for ever. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException for an unknown word, which only a foreign hand can have
   *     written to the database
   */
  public static VersionState of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
