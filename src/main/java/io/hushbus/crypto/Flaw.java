package io.hushbus.crypto;

import java.util.Locale;

/**
 * What exactly is wrong with stored bytes: a closed list, used inside this package and by the
 * vectors. Callers learn only that the bytes do not verify, since the difference helps an attacker.
 */
enum Flaw {
  BAD_MAGIC,
  UNSUPPORTED_FORMAT,
  UNSUPPORTED_SUITE,
  TRUNCATED,
  TOO_LONG,
  BAD_GENERATION,
  UNKNOWN_GENERATION,
  WRONG_WRAP,
  WRONG_COMMITMENT,
  WRONG_TAG,
  BAD_PAYLOAD;

  /** The word used in the vector files: stable for ever. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  Flawed found() {
    return new Flawed(this);
  }
}
