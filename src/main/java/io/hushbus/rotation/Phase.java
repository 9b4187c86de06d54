package io.hushbus.rotation;

import java.util.Locale;

/** Where a rotation stands. */
public enum Phase {
  /** The new version waits: canaries and waves have it, others not. */
  STAGED,
  /** The new version is current, and holders of older ones have time to move. */
  DRAINING,
  /** Every older version is retired. */
  COMPLETED,
  /** Somebody undid it by a rotation back. */
  ABORTED,
  /** A newer change came before its end, and took over its holders. */
  SUPERSEDED,
  /** A holder could not take the new version in time, so it was undone. */
  FAILED;

  public boolean over() {
    return switch (this) {
      case STAGED, DRAINING -> false;
      case COMPLETED, ABORTED, SUPERSEDED, FAILED -> true;
    };
  }

  /** Whether the version that it brought is the one that was given up. */
  boolean undone() {
    return this == ABORTED || this == FAILED;
  }

  /** The word used in the API and the database: stable for ever. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException for an unknown word
   */
  public static Phase of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
