package io.hushbus.delivery;

import io.hushbus.model.Caller;
import io.hushbus.model.EventPosition;
import io.hushbus.model.TenantId;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is to be read, and as whom.
 *
 * @param acked where the reader has got to by its own word, for one that acknowledges: what it was
 *     sent and does not acknowledge in time is sent again from there
 */
record Reading(
    Rights rights,
    Caller caller,
    EventFilter filter,
    Ink ink,
    Optional<Supplier<EventPosition>> acked) {

  /** Of somebody who keeps its own place. */
  static Reading of(Rights rights, Caller caller, EventFilter filter) {
    return new Reading(rights, caller, filter, Ink.of(caller.tenant()), Optional.empty());
  }

  TenantId tenant() {
    return caller.tenant();
  }
}
