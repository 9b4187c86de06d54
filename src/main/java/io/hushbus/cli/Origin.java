package io.hushbus.cli;

/**
 * Where a setting came from.
 *
 * @param where for people, such as {@code HUSHBUS_ADDR} or the path of a file
 */
record Origin(Strength strength, String where) {

  static final Origin DEFAULT = new Origin(Strength.DEFAULT, "default");

  /** From the strongest down. */
  enum Strength {
    FLAG,
    ENVIRONMENT,
    PROJECT_FILE,
    PROFILE,
    TWIN,
    DEV,
    DEFAULT
  }

  boolean weakerThan(Origin other) {
    return strength.compareTo(other.strength) > 0;
  }
}
