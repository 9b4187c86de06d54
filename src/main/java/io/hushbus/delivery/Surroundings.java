package io.hushbus.delivery;

import io.hushbus.model.EventPosition;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.Set;
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
   * @param held what a caller that sees single secrets alone held when the page had been read, if
   *     that had to be asked: its view may have been renewed meanwhile in all else
   */
  record Seen(Page page, Optional<Set<String>> held) {

    View through(View now) {
      return held.isPresent() ? now.holding(held) : now;
    }
  }

  /** The events after {@code place}, read when there is a turn for it; completes on the loop. */
  Future<Seen> read(View view, EventPosition place) {
    return pages.pass(
        () ->
            events
                .page(view.caller().tenant(), place)
                .compose(
                    page ->
                        view.isUnsureOf(page.notices())
                            ? view.rights().held(view.caller()).map(held -> new Seen(page, held))
                            : Future.succeededFuture(new Seen(page, Optional.empty()))));
  }
}
