package io.hushbus.bus;

import java.util.Locale;

/** Why a frame, or a peer, was refused before any operation was asked; each is counted. */
enum Refused {
  /** Not on the closed list, or somebody else's: a peer is not told which. */
  UNKNOWN_ADDRESS,
  /** Nothing is published here, and nothing is sent that waits for no answer. */
  NOT_A_REQUEST,
  TOO_MANY_PENDING,
  TOO_MANY_SUBSCRIPTIONS,
  TOO_MANY_CONNECTIONS,
  TOO_MANY_FRAMES,
  MALFORMED,
  NEVER_KNOWN,
  IDLE;

  /** As it is counted and, where a peer is told, said. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
