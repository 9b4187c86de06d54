package io.hushbus.crypto;

import java.util.Locale;

/** What a key of the whole broker, as opposed to one tenant's, is for. */
public enum SystemKeyKind {
  /** Keys the MACs under which API keys and other bearer tokens are stored. */
  TOKEN_PEPPER,
  /** Ed25519 seed that signs the broker's own tokens. */
  TOKEN_SIGNING,
  /** Ed25519 seed that signs audit checkpoints. */
  AUDIT_SIGNING,
  /** Starts the MAC chains over audit records. */
  AUDIT_MAC,
  /** Keys the MACs of cursors and page tokens. */
  CURSOR_MAC,
  /** Seed of the keys to which new values are sealed on their way to the broker. */
  DELIVERY;

  /** The word stored in the database and bound into the wrapping: stable for ever. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
