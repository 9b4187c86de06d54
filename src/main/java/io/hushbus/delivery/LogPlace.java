package io.hushbus.delivery;

import io.hushbus.model.EventPosition;
import java.util.List;

/**
 * A place in one tenant's log: everything up to it was seen. Moves forward one event after the
 * other and never over a gap; only {@link #restartAt} jumps, and whoever calls it tells the reader.
 */
final class LogPlace {

  /** How a log's head lies to this place. */
  enum Look {
    /** Nothing new. */
    LEVEL,
    /** There are events after this place. */
    BEHIND,
    /** The log is not the one this place was in: another epoch, or shorter than what was seen. */
    RESTARTED
  }

  private EventPosition at;

  LogPlace(EventPosition at) {
    this.at = at;
  }

  EventPosition at() {
    return at;
  }

  Look look(EventPosition head) {
    if (head.epoch() != at.epoch() || head.number() < at.number()) {
      return Look.RESTARTED;
    }
    return head.number() == at.number() ? Look.LEVEL : Look.BEHIND;
  }

  /**
   * The part of {@code notices} (in order) that follows this place without a gap. What was seen
   * already is left out.
   */
  List<Notice> following(List<Notice> notices) {
    int from = 0;
    while (from < notices.size() && seen(notices.get(from))) {
      from++;
    }
    int to = from;
    while (to < notices.size() && isNth(notices.get(to), to - from + 1)) {
      to++;
    }
    return notices.subList(from, to);
  }

  /**
   * @throws IllegalStateException if the notice is not the next one
   */
  void pass(Notice notice) {
    if (!isNth(notice, 1)) {
      throw new IllegalStateException("a place in a log moves one event at a time");
    }
    at = notice.position();
  }

  void restartAt(EventPosition position) {
    at = position;
  }

  private boolean seen(Notice notice) {
    return notice.position().epoch() == at.epoch() && notice.position().number() <= at.number();
  }

  private boolean isNth(Notice notice, int nth) {
    return notice.position().epoch() == at.epoch()
        && notice.position().number() == at.number() + nth;
  }
}
