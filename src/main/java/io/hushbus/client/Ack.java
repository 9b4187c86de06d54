package io.hushbus.client;

import java.util.Locale;

/** What became of a version that was taken. */
public enum Ack {
  /** It is in use, and the one before is not. */
  APPLIED,
  /** It could not be put to use. */
  FAILED,
  /** Not now. */
  DEFERRED;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
