package io.hushbus.delivery;

import io.hushbus.model.EventPosition;

/** Where in the log a reader begins. */
sealed interface Start {

  /** With what is committed after the reader came. */
  record Now() implements Start {}

  /** With the oldest event that is still kept. */
  record Earliest() implements Start {}

  /** With the event after a position. */
  record After(EventPosition position) implements Start {}
}
