package io.hushbus.model;

import java.util.UUID;

/** Which secret, for ever: random (UUID version 4), kept over renames, never used again. */
public record SecretId(UUID value) {

  @Override
  public String toString() {
    return value.toString();
  }
}
