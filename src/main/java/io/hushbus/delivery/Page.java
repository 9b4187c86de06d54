package io.hushbus.delivery;

import io.hushbus.model.EventPosition;
import java.util.List;

/**
 * A part of one tenant's log, read after some position.
 *
 * @param head the end of the log, read before the notices
 * @param full whether there may be more
 */
record Page(EventPosition head, List<Notice> notices, boolean full) {

  /**
   * Whether the log can still be read from {@code place} on: it is of this epoch, not ahead of the
   * log, and the event after it is kept.
   */
  boolean continues(LogPlace place) {
    return switch (place.look(head)) {
      case RESTARTED -> false;
      case LEVEL -> true;
      case BEHIND -> !place.following(notices).isEmpty();
    };
  }
}
