package io.hushbus.delivery;

import io.hushbus.model.EventPosition;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What all readers of a node share.
 *
 * @param pages how many may catch up at a time
 * @param nanos a monotonic clock, the one of {@link io.hushbus.model.Caller#validUntilNanos()}
 */
record Surroundings(
    Loop loop,
    EventLog events,
    Gate pages,
    StreamFollower follower,
    Rights rights,
    Notices notices,
    StreamSettings settings,
    StreamMeters meters,
    LongSupplier nanos) {

  /**
   * A page of a log.
   *
   * @param held what the caller held of what is for holders alone, when the page had been read: its
   *     view may have been renewed meanwhile in all else
   */
  record Seen(Page page, List<Holding> held) {

    View through(View now) {
      return now.holding(held);
    }
  }

  /** The events after {@code place}, read when there is a turn for it; completes on the loop. */
  Future<Seen> read(View view, EventPosition place) {
    return pages.pass(
        () -> events.page(view.caller().tenant(), place).compose(page -> judged(view, page)));
  }

  /** The same of the events up to {@code place}, the newest first. */
  Future<Seen> readBack(View view, EventPosition place) {
    return pages.pass(
        () -> events.pageBack(view.caller().tenant(), place).compose(page -> judged(view, page)));
  }

  private static Future<Seen> judged(View view, Page page) {
    return view.judging(page.notices()).map(judged -> new Seen(page, judged.held()));
  }
}
