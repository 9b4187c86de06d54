package io.hushbus.delivery;

import io.hushbus.delivery.LogPlace.Look;
import io.hushbus.model.EventPosition;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One long poll: answers with the first page that has something to see, or waits for it. Rights are
 * read again after the wait. Lives on the streams' loop.
 */
final class Poll implements LiveReader {

  /** What is passed over in one poll before it answers with a cursor further on. */
  private static final int MOST_PAGES = 10;

  private final Surroundings with;
  private final TenantId tenant;
  private final LogPlace place;
  private final int most;
  private final long deadline;
  private final Promise<Polled> answer = Promise.promise();
  private View view;
  private int pages;
  private boolean waiting;
  private long timer;

  /**
   * @param most events in the answer
   * @param wait the longest time without an answer; zero answers at once
   */
  Poll(Surroundings with, View view, EventPosition at, int most, Duration wait) {
    this.with = with;
    this.view = view;
    this.tenant = view.caller().tenant();
    this.place = new LogPlace(at);
    this.most = most;
    this.deadline = with.nanos().getAsLong() + wait.toNanos();
  }

  Future<Polled> start() {
    readOn();
    return answer.future();
  }

  @Override
  public void offer(Batch batch) {
    List<Notice> next = place.following(batch.notices());
    if (view.isUnsureOf(next)) {
      ask(next);
    } else if (next.stream().noneMatch(view::shows)) {
      next.forEach(place::pass);
    } else {
      stopWaiting();
      renew(next);
    }
  }

  private void ask(List<Notice> next) {
    stopWaiting();
    with.loop()
        .here(view.judging(next))
        .onSuccess(
            judged -> {
              view = judged;
              if (next.stream().noneMatch(view::shows)) {
                next.forEach(place::pass);
                await();
              } else {
                renew(next);
              }
            })
        .onFailure(answer::tryFail);
  }

  private void renew(List<Notice> next) {
    with.loop()
        .here(view.renewed())
        .onSuccess(now -> answerWith(now.holding(view.held()), next))
        .onFailure(answer::tryFail);
  }

  @Override
  public void lost() {
    stopWaiting();
    readOn();
  }

  /** Answers now, with nothing. */
  void end() {
    stopWaiting();
    answer.tryComplete(new Polled(List.of(), place.at()));
  }

  private void readOn() {
    pages++;
    with.read(view, place.at())
        .onSuccess(
            seen -> {
              view = seen.through(view);
              take(seen.page());
            })
        .onFailure(answer::tryFail);
  }

  private void take(Page page) {
    if (!page.continues(place)) {
      answer.tryFail(Failure.gone("cursor"));
      return;
    }
    List<Notice> seen = pass(place.following(page.notices()));
    if (!seen.isEmpty() || pages >= MOST_PAGES || leftNanos() <= 0) {
      answer.tryComplete(new Polled(seen, place.at()));
    } else if (page.full() && place.look(page.head()) != Look.LEVEL) {
      readOn();
    } else {
      await();
    }
  }

  private void await() {
    if (answer.future().isComplete()) {
      return;
    }
    if (with.follower().join(tenant, this, place.at())) {
      waiting = true;
      timer = with.loop().after(Duration.ofNanos(leftNanos()), this::end);
    } else {
      readOn();
    }
  }

  private void stopWaiting() {
    if (waiting) {
      waiting = false;
      with.loop().cancel(timer);
      with.follower().leave(tenant, this);
    }
  }

  private void answerWith(View now, List<Notice> next) {
    view = now;
    if (!view.showsAnything()) {
      answer.tryFail(Failure.denied());
      return;
    }
    answer.tryComplete(new Polled(pass(next), place.at()));
  }

  private List<Notice> pass(List<Notice> next) {
    List<Notice> seen = new ArrayList<>();
    for (Notice notice : next) {
      if (seen.size() == most) {
        break; // for the next poll: its cursor is that of the last one passed
      }
      place.pass(notice);
      if (view.shows(notice)) {
        seen.add(notice);
      }
    }
    with.meters().delivered(seen.size());
    return seen;
  }

  private long leftNanos() {
    return deadline - with.nanos().getAsLong();
  }
}
