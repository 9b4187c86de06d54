package io.hushbus.delivery;

import io.hushbus.model.EventPosition;
import io.vertx.core.Future;
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

  /** A page of a log, with a view that is sure of what is in it. */
  record Seen(Page page, View view) {}

  /** The events after {@code place}, read when there is a turn for it; completes on the loop. */
  Future<Seen> read(View view, EventPosition place) {
    return pages.pass(
        () ->
            events
                .page(view.caller().tenant(), place)
                .compose(
                    page ->
                        view.isUnsureOf(page.notices())
                            ? view.reread().map(sure -> new Seen(page, sure))
                            : Future.succeededFuture(new Seen(page, view))));
  }
}
