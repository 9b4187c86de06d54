package io.hushbus.model;

import java.util.UUID;

/**
 * Which lease: a UUID of version 7 (RFC 9562), so that new leases lie side by side in the index.
 */
public record LeaseId(UUID value) {

  @Override
  public String toString() {
    return value.toString();
  }
}
