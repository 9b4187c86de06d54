package io.hushbus.delivery;

import io.hushbus.model.EventPosition;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/**
 * An event that an endpoint did not take at the first try.
 *
 * @param id of the event, and so of the delivery
 * @param lastStatus what came of the last try: {@code http_<status>}, {@code timeout}, {@code
 *     too_large} or {@code unreachable}
 */
public record Delivery(
    UUID id,
    EventPosition position,
    String type,
    State state,
    int attempts,
    String lastStatus,
    Instant firstAt,
    Instant lastAt) {

  static final String KIND = "delivery";

  /** What became of it. */
  public enum State {
    /** The endpoint's queue waits for it. */
    RETRYING,
    /** Put aside, since the endpoint takes others and not this one. */
    PARKED,
    /** Asked for again, and about to be posted. */
    DUE,
    DELIVERED,
    /** The event is no longer kept. */
    LOST;

    /** The word in answers and in the database: stable for ever. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
