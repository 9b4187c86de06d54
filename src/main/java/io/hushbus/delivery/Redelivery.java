package io.hushbus.delivery;

import io.hushbus.model.EventPosition;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * When what was sent is sent again: if its reader acknowledges, and has not for 30 seconds. Any
 * progress counts, so that a reader that is slow but alive is left in peace.
 */
final class Redelivery {

  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Optional<Supplier<EventPosition>> acked;
  private @Nullable EventPosition known;
  private @Nullable EventPosition sent;
  private long since;

  Redelivery(Optional<Supplier<EventPosition>> acked) {
    this.acked = acked;
    this.known = acked.map(Supplier::get).orElse(null);
  }

  /** Something up to {@code position} was sent. */
  void sent(EventPosition position, long now) {
    if (acked.isPresent() && sent == null) {
      since = now;
    }
    sent = position;
  }

  /** Where to begin again; empty while there is no need. */
  Optional<EventPosition> due(long now) {
    if (acked.isEmpty() || sent == null) {
      return Optional.empty();
    }
    EventPosition at = acked.get().get();
    if (at.compareTo(sent) >= 0) {
      sent = null;
      return Optional.empty();
    }
    if (!at.equals(known)) {
      known = at;
      since = now;
      return Optional.empty();
    }
    return now - since > PATIENCE.toNanos() ? again(at) : Optional.empty();
  }

  private Optional<EventPosition> again(EventPosition from) {
    sent = null;
    return Optional.of(from);
  }
}
