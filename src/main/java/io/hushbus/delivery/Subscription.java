package io.hushbus.delivery;

import io.hushbus.crypto.Canonical;
import io.hushbus.model.EventPosition;
import io.hushbus.model.Principal;
import io.hushbus.model.Resource;
import io.hushbus.model.TenantId;
import java.time.Instant;
import java.util.UUID;

/**
 * A durable reader of its owner's: what it wants of the log, and up to where the owner has dealt
 * with it.
 *
 * @param acked the last event that was acknowledged
 */
public record Subscription(
    UUID id,
    Principal owner,
    String description,
    Selection selection,
    EventPosition acked,
    Instant ackedAt,
    Instant createdAt) {

  static final String KIND = "subscription";

  /** What to ask the policy about, for those of a caller. */
  public static Resource resource() {
    return Resource.ofTenant(KIND);
  }

  /** What to ask the policy about. */
  public Resource asResource() {
    return resource().withId(id);
  }

  /**
   * What the MAC of the row covers: who reads, and what. Not the place, which moves all the time.
   */
  Canonical canonical(TenantId tenant) {
    Canonical row =
        Canonical.of("subscription/1")
            .id(tenant.value())
            .id(id)
            .text(owner.kind().word())
            .id(owner.id());
    return selection.into(row);
  }
}
