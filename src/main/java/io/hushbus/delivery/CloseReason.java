package io.hushbus.delivery;

import java.util.Locale;

/** Why the broker ends a stream. */
enum CloseReason {
  /** The reader left too much unread. */
  SLOW_READER,
  /** The caller may no longer read what it could when the stream began. */
  RIGHTS_LOST,
  /** The log cannot be read from the place of the subscription; its owner has to say where from. */
  RESET,
  /** This node is stopping; another goes on. */
  STOPPING;

  /** The word in the last event: stable for ever. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether the last event carries a cursor to go on from. */
  boolean resumable() {
    return this == SLOW_READER || this == STOPPING;
  }
}
