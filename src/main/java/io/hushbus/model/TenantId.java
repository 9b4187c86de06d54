package io.hushbus.model;

import java.util.UUID;

/**
 * Which tenant: a random id (UUID version 4) that is never used again, whatever happens to the
 * name.
 */
public record TenantId(UUID value) {

  @Override
  public String toString() {
    return value.toString();
  }
}
