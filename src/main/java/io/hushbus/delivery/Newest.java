package io.hushbus.delivery;

import io.hushbus.model.EventPosition;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The newest events that one reader may see and wants: looks back from the end of the log, page by
 * page, so far and no further. Lives on the streams' loop.
 */
final class Newest {

  /** What is looked through before it answers with what it has. */
  private static final int MOST_PAGES = 10;

  private final Surroundings with;
  private final View view;
  private final EventPosition end;
  private final int most;
  private final Deque<Notice> found = new ArrayDeque<>();
  private int pages;

  /**
   * @param end of the log, from where the answer's cursor goes on
   * @param most events in the answer
   */
  Newest(Surroundings with, View view, EventPosition end, int most) {
    this.with = with;
    this.view = view;
    this.end = end;
    this.most = most;
  }

  /** In the order in which they were committed. */
  Future<Polled> find() {
    return lookBack(end);
  }

  private Future<Polled> lookBack(EventPosition from) {
    pages++;
    return with.readBack(view, from)
        .compose(
            seen -> {
              List<Notice> page = seen.page().notices();
              take(page, seen.through(view));
              return !seen.page().full() || found.size() == most || pages == MOST_PAGES
                  ? Future.succeededFuture(answer())
                  : lookBack(before(page.getLast().position()));
            });
  }

  private static EventPosition before(EventPosition place) {
    return new EventPosition(place.epoch(), place.number() - 1);
  }

  private void take(List<Notice> newestFirst, View judged) {
    newestFirst.stream().filter(judged::shows).limit(most - found.size()).forEach(found::addFirst);
  }

  private Polled answer() {
    with.meters().delivered(found.size());
    return new Polled(List.copyOf(found), end);
  }
}
